import http from 'node:http';
import https from 'node:https';
import easypost from '@easypost/api';
import { readRetryAfter } from '@oms/kit/http_client/retry_after.ts';
import { outgoingHeaders } from '@oms/kit/trace/scope.ts';

export interface EasyPostOptions {
  key: string;
  /** Where EasyPost's API is, when it is not at its own address. */
  url: string | undefined;
  /** For a whole request and its response. */
  timeout_ms: number;
}

// The package's types describe its CommonJS shape, where the class is `default`; as a module it is the class.
const EasyPost = easypost as unknown as typeof easypost.default;

/** The part of EasyPost's client that is used. */
export type EasyPostClient = Pick<InstanceType<typeof EasyPost>, 'Shipment'>;

/** The part that registers webhooks. */
export type EasyPostWebhooks = Pick<InstanceType<typeof EasyPost>, 'Webhook'>;

/** An error response. EasyPost's client would leave out its headers. */
export class EasyPostFailure extends Error {
  readonly statusCode: number;
  /** EasyPost's own, such as `SHIPMENT.POSTAGE.EXISTS`. */
  readonly code: string | undefined;
  readonly retry_after_ms: number | undefined;

  constructor({ status, body, headers }: SuperagentResponse) {
    super(body?.error?.message ?? `EasyPost responded with ${status}`);
    this.name = 'EasyPostFailure';
    this.statusCode = status;
    this.code = body?.error?.code;
    this.retry_after_ms = readRetryAfter(headers['retry-after']);
  }

  // The HTTP client puts the response here, and EasyPost's client would replace an error that has one.
  get response(): undefined {
    return undefined;
  }
  set response(_response: unknown) {}
}

interface SuperagentResponse {
  status: number;
  ok: boolean;
  headers: Record<string, string | undefined>;
  body?: { error?: { code?: string; message?: string } } | null;
}

/** The largest response that is read; a shipment with a hundred rates stays below 100 KiB. */
const RESPONSE_BYTES_MAX = 4 * 1024 * 1024;

export function connectEasyPost({
  key,
  url,
  timeout_ms,
}: EasyPostOptions): EasyPostClient & EasyPostWebhooks {
  const agent = new (url?.startsWith('http:') ? http : https).Agent({ keepAlive: true });
  return new EasyPost(key, {
    ...(url && { baseUrl: `${url}/v2/` }),
    // The client's own option for a time-out is not applied to its requests, and it would open a
    // connection for each of them.
    // biome-ignore lint/suspicious/noExplicitAny: superagent's request, which the client does not export
    requestMiddleware: (request: any) =>
      request
        .agent(agent)
        .timeout({ response: timeout_ms, deadline: timeout_ms })
        .maxResponseSize(RESPONSE_BYTES_MAX)
        // A redirect would carry our key to another address.
        .redirects(0)
        .ok((response: SuperagentResponse) => {
          if (response.ok) return true;
          throw new EasyPostFailure(response);
        })
        .set(outgoingHeaders()),
  });
}
