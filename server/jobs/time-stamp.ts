import { createHash, randomBytes, verify, X509Certificate } from "node:crypto";
import {
  type AsnType,
  Boolean as AsnBoolean,
  Constructed,
  fromBER,
  GeneralizedTime,
  Integer,
  Null,
  ObjectIdentifier,
  OctetString,
  Sequence,
} from "asn1js";
import { Unreachable } from "../../scraper/errors.ts";
import { instant } from "../../scraper/instant.ts";
import type { Instant } from "../../scraper/post.ts";
import { publicFetch, type PublicRequest } from "../../scraper/reading/public-fetch.ts";

/** What an authority answered (RFC 3161): that it is signed, and of what was asked, was checked. */
export interface TimeStamp {
  /** By the authority's clock. */
  readonly stampedAt: Instant;
  /** TimeStampResp, DER. */
  readonly answer: Uint8Array;
}

const oids = {
  sha256: "2.16.840.1.101.3.4.2.1",
  signedData: "1.2.840.113549.1.7.2",
  timeStamp: "1.2.840.113549.1.9.16.1.4",
  messageDigest: "1.2.840.113549.1.9.4",
};
const digestNames = new Map<string, string>([
  [oids.sha256, "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
]);
const nonceBytes = 8;
const mostAnswerBytes = 100_000;
const timeoutMs = 20_000;

/**
 * Asks an authority to stamp a SHA-256. Who it is that signed is not judged: that is for whoever relies on it, with
 * `openssl ts -verify` say.
 * @throws Unreachable where no stamp of it came, in a sentence
 */
export async function timeStamp(
  hash: Uint8Array,
  {
    authority,
    ...asked
  }: Pick<PublicRequest, "signal" | "relayFor"> & { readonly authority: string },
): Promise<TimeStamp> {
  const nonce = randomBytes(nonceBytes);
  // As an integer in DER: positive, without a leading zero.
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  const { host } = new URL(authority);
  const { status, body } = await publicFetch(authority, {
    ...asked,
    method: "POST",
    headers: { "content-type": "application/timestamp-query" },
    body: requestOf(hash, nonce),
    insideHosts: [host],
    maxBytes: mostAnswerBytes,
    timeoutMs,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  if (status !== 200)
    throw new Unreachable(`The time stamp authority ${host} answered with HTTP status ${status}.`);
  const answer = new Uint8Array(Buffer.concat(chunks));
  try {
    return { stampedAt: timeIn(answer, { hash, nonce }), answer };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Unreachable(`What ${host} answered is no time stamp of what was asked: ${why}.`, {
      cause: error,
    });
  }
}

/** TimeStampReq of RFC 3161: version, what is to be stamped, nonce, and that the certificate is to come with it. */
function requestOf(hash: Uint8Array, nonce: Uint8Array): Uint8Array {
  const algorithm = [new ObjectIdentifier({ value: oids.sha256 }), new Null()];
  const imprint = [
    new Sequence({ value: algorithm }),
    new OctetString({ valueHex: bufferOf(hash) }),
  ];
  const request = [
    new Integer({ value: 1 }),
    new Sequence({ value: imprint }),
    new Integer({ valueHex: bufferOf(nonce) }),
    new AsnBoolean({ value: true }),
  ];
  return new Uint8Array(new Sequence({ value: request }).toBER());
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** The time that a TimeStampResp tells. @throws Error that says why it is no such stamp */
function timeIn(
  answer: Uint8Array,
  asked: { readonly hash: Uint8Array; readonly nonce: Uint8Array },
): Instant {
  const [info, token] = partsOf(decoded(answer));
  const [code] = partsOf(info);
  if (!(code instanceof Integer) || code.valueBlock.valueDec > 1 || !token)
    throw new Error("it was refused");
  const [type, wrapped] = partsOf(token);
  if (oidOf(type) !== oids.signedData) throw new Error("it is not signed");
  const [signed] = partsOf(wrapped);
  const [, , content, ...others] = partsOf(signed);
  const [contentType, wrappedContent] = partsOf(content);
  const [octets] = partsOf(wrappedContent);
  if (oidOf(contentType) !== oids.timeStamp || !(octets instanceof OctetString))
    throw new Error("it tells no time");
  const text = new Uint8Array(octets.getValue());
  checkSignature(text, others);
  const told = partsOf(decoded(text));
  const [, digest] = partsOf(told[2]);
  if (!isOf(digest, asked.hash)) throw new Error("it is of something else");
  if (!told.slice(4).some((one) => isOf(one, asked.nonce)))
    throw new Error("it answers another question");
  const time = told.find((one) => one instanceof GeneralizedTime);
  if (!time) throw new Error("it tells no time");
  return instant(time.toDate());
}

/** That somebody whose certificate is among these parts signed this text (CMS, RFC 5652). @throws Error */
function checkSignature(text: Uint8Array, parts: readonly AsnType[]): void {
  const certificates = parts
    .filter((one) => one.idBlock.tagClass === contextSpecific && one.idBlock.tagNumber === 0)
    .flatMap(partsOf)
    .map((one) => new X509Certificate(derOf(one)));
  const [signer] = partsOf(parts.at(-1));
  const own = partsOf(signer);
  const [hashed] = partsOf(own[2]);
  const digestName = digestNames.get(oidOf(hashed) ?? "");
  const attributes = own[3];
  const signature = own.find((one) => one instanceof OctetString);
  if (digestName === undefined || !attributes || !signature)
    throw new Error("it is signed in a way that is not known here");
  const digest = partsOf(attributes)
    .map(partsOf)
    .find(([name]) => oidOf(name) === oids.messageDigest);
  const [said] = partsOf(digest?.[1]);
  if (!isOf(said, createHash(digestName).update(text).digest()))
    throw new Error("its signature is of another text");
  // What is signed are the attributes as a set; in the message they stand under another tag.
  const signedBytes = derOf(attributes);
  signedBytes[0] = setTag;
  const bytes = new Uint8Array(signature.getValue());
  const isSigned = certificates.some(({ publicKey }) => {
    try {
      return verify(digestName, signedBytes, publicKey, bytes);
    } catch {
      return false;
    }
  });
  if (!isSigned) throw new Error("its signature does not hold");
}
const contextSpecific = 3;
const setTag = 0x31;

function decoded(bytes: Uint8Array): AsnType {
  const { offset, result } = fromBER(bufferOf(bytes));
  if (offset === -1) throw new Error("it cannot be read");
  return result;
}

/** What a sequence, a set or a tagged part holds; nothing of anything else. */
const partsOf = (block: AsnType | undefined): readonly AsnType[] =>
  block instanceof Constructed || block instanceof Sequence ? block.valueBlock.value : [];

const oidOf = (block: AsnType | undefined): string | undefined =>
  block instanceof ObjectIdentifier ? block.getValue() : undefined;

const derOf = (block: AsnType): Buffer => Buffer.from(block.valueBeforeDecodeView);

/** Whether it is an integer or octets of exactly these bytes. */
const isOf = (block: AsnType | undefined, bytes: Uint8Array): boolean =>
  (block instanceof Integer || block instanceof OctetString) &&
  Buffer.compare(block.valueBlock.valueHexView, bytes) === 0;
