import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { problemOf, Refusal } from "./problems.ts";

type ParserError = Error & {
  readonly code?: string;
  readonly reason?: string;
  readonly rawPacket?: Uint8Array;
};

/** Answers what Node could not read as a request with a problem, and closes; no application ever hears of it. */
export function refuseUnparsed(error: ParserError, socket: Duplex): void {
  const { status, detail } = faultOf(error);
  // In the middle of another answer these bytes would be part of it.
  const current = (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage;
  if (error.code === "ECONNRESET" || !socket.writable || current?.headersSent === true)
    return void socket.destroy();
  const body = JSON.stringify(problemOf(new Refusal({ kind: "bad-request", status, detail })));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
  ].join("\r\n");
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}

function faultOf(error: ParserError): { readonly status: number; readonly detail: string } {
  const { code, reason, rawPacket } = error;
  if (code === "HPE_HEADER_OVERFLOW")
    return { status: 431, detail: "The address and headers are too long together." };
  if (code === "HPE_CHUNK_EXTENSIONS_OVERFLOW")
    return { status: 413, detail: "The extensions of a chunk are too long." };
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return { status: 408, detail: "The request was not whole in time." };
  if (rawPacket && hasRawLetters(rawPacket))
    return {
      status: 400,
      detail:
        "The address has letters that an address cannot have as they are. Percent-encode them as UTF-8 (ф is %D1%84); curl does so with: curl -G --data-urlencode 'q=…'",
    };
  return { status: 400, detail: `This is no HTTP request: ${reason ?? error.message}.` };
}

/** Whether the first line has bytes beyond ASCII. */
function hasRawLetters(packet: Uint8Array): boolean {
  const end = packet.indexOf(0x0a);
  return packet.subarray(0, end < 0 ? undefined : end).some((byte) => byte > 0x7f);
}
