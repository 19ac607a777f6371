/** Shows a stage of the work while it goes on, and in the end what the work says of itself. */
export type ShowStage = (
  name: string,
  total: number,
  work: (advance: (count?: number) => void) => Promise<string>,
) => Promise<void>;
