export { default } from "./++ChatPanel.svelte.ts";
export * from "./++ChatPanel.svelte.ts";
