export { default } from "./++MoreMenu.svelte.ts";
export * from "./++MoreMenu.svelte.ts";
