export { default } from "./++SidePanel.svelte.ts";
export * from "./++SidePanel.svelte.ts";
