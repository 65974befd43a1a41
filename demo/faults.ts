/** What can go wrong with one answer. Every fault ends by itself or when the stand-in closes. */
export type Fault =
  /** 429, 5xx, 403 …, with a short body and, if wanted, `Retry-After`. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string }
  /** No answer for a while, then the line is dropped. */
  | { readonly kind: "hang"; readonly ms: number }
  /** The line is dropped at once. */
  | { readonly kind: "reset" }
  /** The body ends early, at this share of its length, and the answer looks complete. */
  | { readonly kind: "cut"; readonly share: number }
  /** The body ends early and the line is dropped, so its length is wrong. */
  | { readonly kind: "broken"; readonly share: number }
  /** "No posts found" where posts are. */
  | { readonly kind: "empty" }
  /** A page that asks whether one is human. */
  | { readonly kind: "challenge"; readonly status: 200 | 403 | 503 }
  /** UTF-16 that is announced as such, or windows-1251 that claims to be UTF-8. */
  | { readonly kind: "charset"; readonly as: "utf-16le" | "windows-1251" }
  /** The right answer, after a while. */
  | { readonly kind: "slow"; readonly ms: number }
  /** A class has another name, or none: the layout changed. */
  | { readonly kind: "layout"; readonly from: string; readonly to?: string }
  /** A redirect to another address, of another host perhaps. */
  | { readonly kind: "redirect"; readonly to: string };

/** A page with one class renamed in every element, or taken out. */
export function withoutClass(html: string, from: string, to = ""): string {
  return html.replace(/class="([^"]*)"/g, (_, names: string) => {
    const kept = names.split(" ").map((name) => (name === from ? to : name));
    return `class="${kept.filter((name) => name !== "").join(" ")}"`;
  });
}

/** Text as windows-1251; what it cannot write becomes `?`. */
export function asWindows1251(text: string): Buffer {
  const bytes = Buffer.alloc(text.length);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const cyrillic = code >= 0x410 && code <= 0x44f;
    bytes[i] = code < 0x80 ? code : cyrillic ? code - 0x350 : 0x3f;
  }
  return bytes;
}

/** A page between the reader and Telegram that asks for a script to be run. */
export const challengePage = `<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Just a moment...</title>
    <meta name="robots" content="noindex,nofollow">
  </head>
  <body>
    <div class="main-wrapper" role="main"><h1>t.me</h1><p>Checking that you are human. This may take a few seconds.</p></div>
    <script src="/cdn-cgi/challenge-platform/orchestrate.js"></script>
  </body>
</html>
`;
