import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a refresh token belongs to. The token itself is not kept, only its hash. */
export interface Session {
  id: string;
  tokenHash: string;
  /** Of the token before, which is taken a little longer, because the answer with its successor may be lost. */
  formerHash: string | null;
  refreshedAt: Date;
}

export const SESSIONS_MAX = 10;
const IDLE_MS_MAX = 30 * 24 * 3_600_000;
const FORMER_MS_MAX = 60_000;

export interface OpenedSession {
  sessions: Session[];
  /** For the client: the account's name, the session's id, and a secret. */
  refresh_token: string;
}

export function openSession(name: string, sessions: Session[], now: Date): OpenedSession {
  const id = randomBytes(8).toString('hex');
  const secret = newSecret();
  const session: Session = { id, tokenHash: hashSecret(secret), formerHash: null, refreshedAt: now };
  const kept = alive(sessions, now).slice(-(SESSIONS_MAX - 1));
  return { sessions: [...kept, session], refresh_token: [name, id, secret].join('.') };
}

/**
 * Exchanges a refresh token for a new one.
 * @returns without a new token when this one is not taken: then its session has ended, if it was one
 */
export function refreshSession(
  { name, id, secret }: RefreshToken,
  sessions: Session[],
  now: Date,
): { sessions: Session[]; refresh_token: string | undefined } {
  const others = alive(sessions, now).filter((session) => session.id !== id);
  const session = alive(sessions, now).find((one) => one.id === id);
  const isFresh = session !== undefined && matches(secret, session.tokenHash);
  const isRepeated =
    session?.formerHash != null &&
    matches(secret, session.formerHash) &&
    now.getTime() - session.refreshedAt.getTime() <= FORMER_MS_MAX;
  if (!session || !(isFresh || isRepeated)) return { sessions: others, refresh_token: undefined };
  const next = newSecret();
  const renewed: Session = {
    id,
    tokenHash: hashSecret(next),
    formerHash: isFresh ? session.tokenHash : session.formerHash,
    refreshedAt: isFresh ? now : session.refreshedAt,
  };
  return { sessions: [...others, renewed], refresh_token: [name, id, next].join('.') };
}

export function endSession({ id, secret }: RefreshToken, sessions: Session[]): Session[] {
  return sessions.filter((session) => session.id !== id || !matches(secret, session.tokenHash));
}

export interface RefreshToken {
  name: string;
  id: string;
  secret: string;
}

export function readRefreshToken(text: string): RefreshToken | undefined {
  const [, name, id, secret] = /^([a-z][a-z0-9_]*)\.([0-9a-f]{16})\.([\w-]{43})$/.exec(text) ?? [];
  return name && id && secret ? { name, id, secret } : undefined;
}

function alive(sessions: Session[], now: Date): Session[] {
  return sessions.filter(({ refreshedAt }) => now.getTime() - refreshedAt.getTime() <= IDLE_MS_MAX);
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function matches(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret)), Buffer.from(hash));
}
