import { hashPassword, verifyPassword } from '@oms/kit/auth/passwords.ts';
import type { AccessTokens } from '@oms/kit/auth/tokens.ts';
import { commonProblem } from '@oms/kit/http/problem.ts';
import { isDuplicate } from '@oms/kit/mongodb/errors.ts';
import { type Callers, RESERVED_NAMES, type Role } from '../callers.ts';
import { blogProblem } from '../errors.ts';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import type { Tokens } from '../generated/contract/types.gen.ts';
import { SignInLimits } from './limits.ts';
import { endSession, openSession, readRefreshToken, refreshSession } from './sessions.ts';
import type { Accounts, StoredAccount } from './store.ts';

export interface AccountRoutesContext {
  accounts: Accounts;
  callers: Callers;
  tokens: AccessTokens<Role>;
  /** Whether anyone may make an account. */
  is_registration_open: boolean;
}

type Operations = 'register' | 'login' | 'refresh' | 'logout';

export function accountRoutes(context: AccountRoutesContext): Pick<RouteHandlers, Operations> {
  const { accounts, callers, tokens } = context;
  const limits = new SignInLimits();

  async function tokensFor({ _id: name, role }: StoredAccount, refreshToken: string): Promise<Tokens> {
    const accessToken = await tokens.issue({ name, role });
    return { accessToken, tokenType: 'Bearer', expiresIn: tokens.time_to_live_s, refreshToken };
  }

  return {
    async register(request, reply) {
      const { username, password } = request.body;
      const isAdmin = callers.of(request)?.role === 'admin';
      if (!context.is_registration_open && !isAdmin) {
        throw blogProblem('registration_closed', {
          detail: 'Ask an administrator of this blog for an account.',
        });
      }
      if (RESERVED_NAMES.has(username)) throw usernameTaken(username);
      if (!isAdmin) await limits.countRegistration(request.ip);
      const account = newAccount(username, await hashPassword(password), 'author');
      try {
        await accounts.insert(account);
      } catch (error) {
        throw isDuplicate(error) ? usernameTaken(username) : error;
      }
      return reply
        .code(201)
        .send({ username, role: account.role, createdAt: account.createdAt.toISOString() });
    },

    async login(request, reply) {
      const { username, password } = request.body;
      await limits.countTry(username, request.ip);
      const account = await accounts.find(username);
      if (!(await verifyPassword(password, account?.passwordHash)) || !account) {
        throw blogProblem('login_failed', { detail: 'There is no such account, or the password is wrong.' });
      }
      await limits.forgiveTry(username, request.ip);
      let refresh_token = '';
      const changed = await accounts.change(username, ({ sessions }) => {
        const opened = openSession(username, sessions, new Date());
        refresh_token = opened.refresh_token;
        return { sessions: opened.sessions };
      });
      if (!changed) throw blogProblem('login_failed', { detail: 'The account is gone.' });
      return reply.code(200).send(await tokensFor(changed, refresh_token));
    },

    async refresh(request, reply) {
      const token = readRefreshToken(request.body.refreshToken);
      let refresh_token: string | undefined;
      const changed =
        token &&
        (await accounts.change(token.name, ({ sessions }) => {
          const refreshed = refreshSession(token, sessions, new Date());
          refresh_token = refreshed.refresh_token;
          return refresh_token || refreshed.sessions.length < sessions.length
            ? { sessions: refreshed.sessions }
            : undefined;
        }));
      if (!changed || !refresh_token) {
        throw commonProblem('unauthenticated', { detail: 'The refresh token is not known. Log in again.' });
      }
      return reply.code(200).send(await tokensFor(changed, refresh_token));
    },

    async logout(request, reply) {
      const token = readRefreshToken(request.body.refreshToken);
      if (token) {
        await accounts.change(token.name, ({ sessions }) => {
          const left = endSession(token, sessions);
          return left.length < sessions.length ? { sessions: left } : undefined;
        });
      }
      return reply.code(204).send();
    },
  };
}

const ADMIN = 'admin';

/** Makes the account `admin`, or gives it this password. */
export async function ensureAdmin(accounts: Accounts, password: string): Promise<void> {
  const admin = await accounts.find(ADMIN);
  if (admin && (await verifyPassword(password, admin.passwordHash))) return;
  const passwordHash = await hashPassword(password);
  try {
    if (!admin) return await accounts.insert(newAccount(ADMIN, passwordHash, 'admin'));
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
  // Whoever knew the former password is signed out.
  await accounts.change(ADMIN, () => ({ passwordHash, sessions: [] }));
}

function newAccount(name: string, passwordHash: string, role: Role): StoredAccount {
  return { _id: name, passwordHash, role, sessions: [], createdAt: new Date(), version: 1 };
}

function usernameTaken(username: string) {
  const detail = `The name ${username} is taken.`;
  return blogProblem('username_taken', {
    detail,
    errors: [{ pointer: '/username', code: 'username_taken', detail }],
  });
}
