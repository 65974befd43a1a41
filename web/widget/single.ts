import { define } from "./define.ts";
import { elementFor } from "./place.ts";

// All of the widget in one file, whose hash a page can hold it to.
const tag = document.currentScript as HTMLScriptElement;
const home = new URL(tag.src).origin;
define(home);
elementFor(tag, home);
