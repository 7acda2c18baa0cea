export { default } from "./++LeaveDialog.svelte.ts";
export * from "./++LeaveDialog.svelte.ts";
