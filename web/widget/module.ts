import { define } from "./define.ts";

define(new URL(import.meta.url).origin);

export { BackscrollSearch } from "./element.ts";
