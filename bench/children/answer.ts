/** Answers the bench's questions in a process of its own, until the bench is gone. */
// biome-ignore lint/suspicious/noExplicitAny: each child knows its own questions
export function answer(answers: Record<string, (input: any) => Promise<unknown>>): void {
  process.on('message', async ({ id, question, input }: { id: number; question: string; input: unknown }) => {
    try {
      process.send?.({ id, result: await answers[question]!(input) });
    } catch (error) {
      process.send?.({ id, error: (error as Error).stack ?? String(error) });
    }
  });
  process.once('disconnect', () => process.exit());
  process.send?.({ id: 0 });
}
