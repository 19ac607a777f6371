import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const TIMEOUT_MS = 120_000;

/** What a reader sees who follows the shell commands of a document's section. */
export interface Tour {
  commands: string[];
  /** What the command printed that has this in it. */
  outputOf(part: string): string;
}

/**
 * Runs the commands of a section one after the other in one shell, as a reader does.
 * @param here makes a command of one for this system, instead of the one that the reader started
 */
export async function takeTour(
  markdown: string,
  heading: string,
  here: (command: string) => string,
): Promise<Tour> {
  const section = markdown.split('\n## ').find((one) => one.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`there is no section ${heading}`);
  const commands = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, command]) => command!);
  const outputs = await runAll(commands.map(here));
  return {
    commands,
    outputOf(part) {
      const index = commands.findIndex((command) => command.includes(part));
      if (index < 0) throw new Error(`no command of the tour has ${part}`);
      return outputs[index]!;
    },
  };
}

async function runAll(scripts: string[]): Promise<string[]> {
  const separator = '--- next ---';
  const shell = spawn(
    'bash',
    ['-eu', '-o', 'pipefail', '-c', scripts.join(`\necho; echo '${separator}'\n`)],
    { timeout: TIMEOUT_MS, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [output, errors, status] = await Promise.all([
    text(shell.stdout),
    text(shell.stderr),
    new Promise((resolve) => shell.once('close', resolve)),
  ]);
  if (status !== 0) throw new Error(`the tour failed:\n${output}\n${errors}`);
  return output.split(separator);
}
