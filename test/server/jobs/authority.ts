import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether there is an openssl that can stamp. */
export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

const settings = `
[ca]
default_ca = own
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Authority of a test
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[signer]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = own
[own]
serial = SERIAL
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
tsa_name = yes
`;

function openssl(...args: readonly string[]): string {
  return execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** A time stamp authority on loopback, by `openssl ts -reply`. `spoil` changes what it answers. */
export async function startAuthority({
  key = ["rsa:2048"],
}: { readonly key?: readonly string[] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "backscroll-tsa-"));
  const at = (name: string): string => join(folder, name);
  writeFileSync(at("settings"), settings.replace("SERIAL", at("serial")));
  writeFileSync(at("serial"), "01");
  const common = ["-config", at("settings"), "-nodes", "-days", "30", "-newkey", ...key];
  openssl(
    "req",
    "-x509",
    ...common,
    "-extensions",
    "root",
    "-subj",
    "/CN=Root of a test",
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.pem"),
  );
  openssl(
    "req",
    "-new",
    ...common.filter((one) => !/^-?(?:days|30)$/.test(one)),
    "-keyout",
    at("tsa.key"),
    "-out",
    at("tsa.csr"),
  );
  openssl(
    "x509",
    "-req",
    "-in",
    at("tsa.csr"),
    "-CA",
    at("ca.pem"),
    "-CAkey",
    at("ca.key"),
    "-CAcreateserial",
    "-days",
    "30",
    "-extfile",
    at("settings"),
    "-extensions",
    "signer",
    "-out",
    at("tsa.pem"),
  );
  let asked = 0;
  const spoiling: { spoil?: ((answer: Buffer) => Buffer) | undefined; status: number } = {
    status: 200,
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on("data", (chunk: Buffer) => chunks.push(chunk))
      .on("end", () => {
        asked += 1;
        writeFileSync(at("query"), Buffer.concat(chunks));
        openssl(
          "ts",
          "-reply",
          "-config",
          at("settings"),
          "-section",
          "own",
          "-queryfile",
          at("query"),
          "-signer",
          at("tsa.pem"),
          "-inkey",
          at("tsa.key"),
          "-out",
          at("reply"),
        );
        const answer = readFileSync(at("reply"));
        response.writeHead(spoiling.status, { "content-type": "application/timestamp-reply" });
        response.end(spoiling.spoil?.(answer) ?? answer);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    /** The certificate to hold a stamp against. */
    root: at("ca.pem"),
    get asked() {
      return asked;
    },
    spoiling,
    async close(): Promise<void> {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
