export { default } from "./++DevicePickers.svelte.ts";
export * from "./++DevicePickers.svelte.ts";
