import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type CommonProblemCode, commonProblem, type Problem } from './problem.ts';

/** After its answer a broken connection is closed at the latest after this. */
const CLOSE_MS = 1_000;

const codes: Record<string, CommonProblemCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body_too_large',
};

/** Answers what never became a request: bytes that are not HTTP, headers that are too large, clients that are too slow. */
export function answerConnectionError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = commonProblem(codes[error.code ?? ''] ?? 'malformed_request');
  socket.end(responseText(problem));
  // To destroy it at once could take back the answer that is still on its way.
  setTimeout(() => socket.destroy(), CLOSE_MS).unref();
}

/** Node answers `Expect: 100-continue` itself; nothing else can be expected of us (RFC 9110, 10.1.1). */
export function answerExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const problem = commonProblem('expectation_failed');
  const body = JSON.stringify(problem);
  response
    .writeHead(problem.kind.status, {
      'content-type': TYPE,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    .end(body);
}

const TYPE = 'application/problem+json';

function responseText(problem: Problem): string {
  const body = JSON.stringify(problem);
  const { status } = problem.kind;
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
