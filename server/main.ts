#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// What was compiled once is not compiled again; that holds for what is loaded from here on, which is all but this file.
enableCompileCache();
await import("./command-line.ts");
