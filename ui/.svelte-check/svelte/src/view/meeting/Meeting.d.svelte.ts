export { default } from "./++Meeting.svelte.ts";
export * from "./++Meeting.svelte.ts";
