export { default } from "./++Requests.svelte.ts";
export * from "./++Requests.svelte.ts";
