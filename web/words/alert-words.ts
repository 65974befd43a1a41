import type { AlertAnswer } from "../../server/contract/alert.ts";
import type { Words } from "./words.ts";

interface AlertWords {
  readonly title: string;
  readonly says: (facts: AlertAnswer["facts"], number: Words["number"]) => string;
}

type AllWords = Readonly<Record<AlertAnswer["kind"], AlertWords>>;

const hours = (seconds: string | number | undefined): number => Math.round(Number(seconds) / 3600);
const megabytes = (bytes: string | number | undefined): number =>
  Math.floor(Number(bytes) / 1_000_000);

const en: AllWords = {
  "source-down": {
    title: "The source does not answer",
    says: ({ runs, message }, number) =>
      `Runs that ended so: ${number(Number(runs))}. The last: ${message}`,
  },
  "run-failed": { title: "A run failed", says: ({ message }) => String(message) },
  "layout-changed": {
    title: "The page layout changed",
    says: ({ message }) => `Nothing of it is taken over until that is looked into. ${message}`,
  },
  "channel-silent": {
    title: "A channel is silent",
    says: ({ silentSeconds, longestGapSeconds }, number) =>
      `No post for ${number(hours(silentSeconds))} h; the longest silence lately was ${number(hours(longestGapSeconds))} h.`,
  },
  "disk-low": {
    title: "The disk is nearly full",
    says: ({ freeBytes }, number) => `${number(megabytes(freeBytes))} MB free.`,
  },
  "index-behind": {
    title: "The index is behind",
    says: ({ behind, lagSeconds }, number) =>
      `It lacks ${number(Number(behind))} changes, the oldest for ${number(Number(lagSeconds))} s.`,
  },
};

const ru: AllWords = {
  "source-down": {
    title: "Источник не отвечает",
    says: ({ runs, message }, number) =>
      `Так закончилось проходов: ${number(Number(runs))}. Последний: ${message}`,
  },
  "run-failed": { title: "Чтение канала не удалось", says: ({ message }) => String(message) },
  "layout-changed": {
    title: "Вёрстка страницы изменилась",
    says: ({ message }) => `Ничего с неё не берётся, пока с этим не разобрались. ${message}`,
  },
  "channel-silent": {
    title: "Канал молчит",
    says: ({ silentSeconds, longestGapSeconds }, number) =>
      `Нет постов ${number(hours(silentSeconds))} ч; самое долгое молчание за последнее время: ${number(hours(longestGapSeconds))} ч.`,
  },
  "disk-low": {
    title: "Диск почти полон",
    says: ({ freeBytes }, number) => `Свободно ${number(megabytes(freeBytes))} МБ.`,
  },
  "index-behind": {
    title: "Индекс отстаёт",
    says: ({ behind, lagSeconds }, number) =>
      `Не хватает изменений: ${number(Number(behind))}, старейшее ждёт ${number(Number(lagSeconds))} с.`,
  },
};

/** What pages say of each kind of alert; a kind without words is a type error. */
export const alertWords = ({ lang }: Words): AllWords => (lang === "ru" ? ru : en);
