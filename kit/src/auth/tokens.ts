import { hash } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { commonProblem } from '../http/problem.ts';

export interface Identity<Role extends string = string> {
  /** Of the account. */
  name: string;
  role: Role;
}

const ALGORITHM = 'HS256';

/** Short-lived signed tokens (JWT) that say who calls, checked without asking the store. */
export class AccessTokens<Role extends string> {
  readonly #key: Uint8Array;
  readonly #issuer: string;
  readonly #roles: readonly Role[];
  readonly time_to_live_s: number;

  /**
   * @param options.secret of any length; whoever has it can be anyone
   * @param options.issuer name of the service: another's tokens are not taken, even with the same secret
   */
  constructor(options: { secret: string; issuer: string; roles: readonly Role[]; time_to_live_s: number }) {
    this.#key = hash('sha256', options.secret, 'buffer');
    this.#issuer = options.issuer;
    this.#roles = options.roles;
    this.time_to_live_s = options.time_to_live_s;
  }

  issue({ name, role }: Identity<Role>): Promise<string> {
    return new SignJWT({ role })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(this.#issuer)
      .setAudience(this.#issuer)
      .setSubject(name)
      .setIssuedAt()
      .setExpirationTime(`${this.time_to_live_s} s`)
      .sign(this.#key);
  }

  /** Who sent this `Authorization` header; nobody without one. @throws Problem when it is no token of ours */
  async identify(header: string | undefined): Promise<Identity<Role> | undefined> {
    if (header === undefined) return undefined;
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1];
    if (token === undefined) throw unauthenticated('Send the access token as: Authorization: Bearer …');
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM],
        issuer: this.#issuer,
        audience: this.#issuer,
        requiredClaims: ['sub', 'exp'],
      });
      const role = this.#roles.find((one) => one === payload.role);
      if (role === undefined) throw unauthenticated('The token has no role of this service.');
      return { name: payload.sub!, role };
    } catch (cause) {
      if (cause instanceof errors.JWTExpired)
        throw unauthenticated('The token has expired: refresh it.', cause);
      if (cause instanceof errors.JOSEError) throw unauthenticated('The token is not known.', cause);
      throw cause;
    }
  }
}

function unauthenticated(detail: string, cause?: unknown) {
  return commonProblem('unauthenticated', { detail, cause });
}
