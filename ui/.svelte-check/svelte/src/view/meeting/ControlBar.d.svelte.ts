export { default } from "./++ControlBar.svelte.ts";
export * from "./++ControlBar.svelte.ts";
