import { execFile } from 'node:child_process';

/** Runs a program to its end and gives what it wrote. @throws Error with the last line that it complained of */
export function run(
  program: string,
  args: string[],
  options: { timeout_ms: number; environment?: Record<string, string>; folder?: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      {
        timeout: options.timeout_ms,
        env: { ...process.env, ...options.environment },
        maxBuffer: 64 * 1024 * 1024,
        ...(options.folder && { cwd: options.folder }),
      },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const reason = error.killed
          ? `it took longer than ${options.timeout_ms / 1000} s`
          : stderr.trim().split('\n').at(-1) || error.message;
        reject(new Error(`${program} ${args[0] ?? ''}: ${reason}`, { cause: error }));
      },
    );
  });
}
