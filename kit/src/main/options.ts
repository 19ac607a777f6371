import { type ParseArgsConfig, parseArgs } from 'node:util';

const USAGE_ERROR = 2;

/**
 * The options of a command, as `parseArgs` reads them. A wrong one ends the process with status 2, and with a line that
 * names it and the options that there are.
 */
export function parseOptions<const Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const options = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    // The first sentence names what is wrong; the others explain how to pass a positional argument.
    const [what] = (error as Error).message.split('. ');
    process.stderr.write(`${what}. The options are ${options.join(', ')}; --help explains them.\n`);
    process.exit(USAGE_ERROR);
  }
}
