import type { AccessTokens, Identity } from '@oms/kit/auth/tokens.ts';
import { commonProblem } from '@oms/kit/http/problem.ts';
import type { FastifyRequest } from 'fastify';

export const ROLES = ['author', 'admin'] as const;
export type Role = (typeof ROLES)[number];
export type Caller = Identity<Role>;

/** Who everyone is where sign-in is off. */
const LOCAL: Caller = { name: 'local', role: 'admin' };
/** Names that nobody can register. */
export const RESERVED_NAMES = new Set([LOCAL.name, 'admin']);

/** Who calls: found once for each request, by its token. */
export class Callers {
  readonly #tokens: AccessTokens<Role>;
  readonly #unknown: Caller | undefined;
  readonly #of = new WeakMap<FastifyRequest, Caller>();

  constructor(options: { tokens: AccessTokens<Role>; is_sign_in_required: boolean }) {
    this.#tokens = options.tokens;
    this.#unknown = options.is_sign_in_required ? undefined : LOCAL;
  }

  /** @throws Problem when a token was sent that is not good */
  async identify(request: FastifyRequest): Promise<void> {
    const caller = (await this.#tokens.identify(request.headers.authorization)) ?? this.#unknown;
    if (caller) this.#of.set(request, caller);
  }

  of(request: FastifyRequest): Caller | undefined {
    return this.#of.get(request);
  }

  /** @throws Problem when nobody signed in */
  require(request: FastifyRequest): Caller {
    const caller = this.of(request);
    if (caller) return caller;
    throw commonProblem('unauthenticated', { detail: 'Log in, and send the access token.' });
  }
}
