import type { Config } from './config.ts';

/** The patches that the setting names. */
export function patchesHeldBack({ patches_held_back = '' }: Pick<Config, 'patches_held_back'>): string[] {
  return patches_held_back.split(',').filter((patch) => patch !== '');
}
