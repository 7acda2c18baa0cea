export { default } from "./++LinkScreen.svelte.ts";
export * from "./++LinkScreen.svelte.ts";
