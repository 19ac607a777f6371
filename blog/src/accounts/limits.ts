import { Attempts } from '@oms/kit/auth/attempts.ts';

const QUARTER_OF_AN_HOUR_S = 15 * 60;
const HOUR_S = 60 * 60;

/** How often may be tried what guesses passwords or fills the store. Only wrong passwords stay counted. */
export class SignInLimits {
  readonly #account = new Attempts({ tries_max: 5, seconds: QUARTER_OF_AN_HOUR_S });
  readonly #address = new Attempts({ tries_max: 50, seconds: QUARTER_OF_AN_HOUR_S });
  readonly #registrations = new Attempts({ tries_max: 20, seconds: HOUR_S });

  /** Counted before the password is looked at, so that many at once are no more than many in a row. */
  async countTry(username: string, address: string): Promise<void> {
    await this.#address.count(address);
    await this.#account.count(`${address} ${username}`);
  }

  async forgiveTry(username: string, address: string): Promise<void> {
    await this.#address.forgive(address);
    await this.#account.forget(`${address} ${username}`);
  }

  countRegistration(address: string): Promise<void> {
    return this.#registrations.count(address);
  }
}
