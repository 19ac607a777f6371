export async function assertInvariants(_n: unknown) {}
