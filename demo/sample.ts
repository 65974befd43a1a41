import { readFileSync } from "node:fs";
import { readSamplePosts } from "./sample-posts.ts";
import { startStandIn, type Refused, type StandIn } from "./stand-in.ts";
import { Truth, type Profile } from "./truth.ts";

/** The sample channels behind a stand-in, and what happens in them later. */
export interface Sample extends AsyncDisposable {
  readonly standIn: StandIn;
  readonly channels: readonly Truth[];
  /** Some days pass: new posts, edits, deletions, and more readers. Happens once. */
  letTimePass(): void;
}

/** Starts a stand-in with the sample channels; they begin as they stood at `sampleDates.first`. */
export async function startSample(options: { readonly port?: number } = {}): Promise<Sample> {
  const channels = sampleChannels();
  const standIn = await startStandIn({
    ...options,
    channels: [...channels.map(({ truth }) => truth), ...refused],
    ownMedia: true,
  });
  let passed = false;
  return {
    standIn,
    channels: channels.map(({ truth }) => truth),
    letTimePass() {
      if (!passed) for (const channel of channels) change(channel);
      passed = true;
    },
    [Symbol.asyncDispose]: () => standIn.close(),
  };
}

/** When the sample channels are looked at: before they change, after it, and again a day later. */
export const sampleDates = {
  first: "2026-11-02T08:00:00Z",
  second: "2026-11-09T08:00:00Z",
  third: "2026-11-10T08:00:00Z",
} as const;

interface SampleChannel {
  readonly truth: Truth;
  readonly named: ReadonlyMap<string, number>;
}

function sampleChannels(): readonly SampleChannel[] {
  return profiles.map((profile) => {
    const { name, title } = profile;
    const named = new Map<string, number>();
    const truth = new Truth(profile);
    for (const entry of readSamplePosts(fileOf(name), { channel: name, title })) {
      if (entry.does !== "post") throw new Error(`${name} begins with a change to ${entry.name}.`);
      truth.add([entry.post]);
      if (entry.name !== undefined) named.set(entry.name, entry.post.id);
    }
    return { truth, named };
  });
}

function change({ truth, named }: SampleChannel): void {
  const { name, title } = truth.profile;
  const start = { channel: name, title, firstId: truth.newestId + 1, named };
  truth.grow(1.08);
  for (const entry of readSamplePosts(fileOf(`${name}.later`), start)) {
    if (entry.does === "post") {
      truth.add([entry.post]);
      continue;
    }
    const id = named.get(entry.name);
    if (id === undefined) throw new Error(`No post of ${name} is called ${entry.name}.`);
    if (entry.does === "edit") truth.edit(id, entry.change);
    else truth.remove(id);
  }
}

function fileOf(name: string): string {
  return readFileSync(new URL(`posts/${name}.md`, import.meta.url), "utf8");
}

const profiles: readonly Profile[] = [
  {
    name: "ml_zametki",
    title: "Заметки о машинном обучении",
    description:
      "Машинное обучение и разработка простыми словами: разборы, вопросы с собеседований, код.\nПо-английски: @backscroll_notes",
    avatarUrl: "https://cdn4.telesco.pe/file/ml_zametki.png",
    verified: false,
    chatId: -1_700_000_001,
    subscribers: 18_412,
  },
  {
    name: "backscroll_notes",
    title: "Backscroll notes",
    description: "Short notes on search, data and the software around them.",
    avatarUrl: "https://cdn4.telesco.pe/file/backscroll_notes.png",
    verified: true,
    chatId: -1_700_000_002,
    subscribers: 2_965,
  },
];

/** Names to see how a refusal reads: a channel without preview, a group, and one that is not shown. */
const refused: readonly Refused[] = [
  { ...named("tihiy_kanal", "Тихий канал"), refusal: "preview-off" },
  { ...named("chat_zametok", "Чат заметок"), refusal: "group" },
  { ...named("not_shown_here", "Not shown here"), refusal: "blocked" },
];

function named(name: string, title: string): Profile {
  return { name, title, verified: false, subscribers: 120 };
}
