export { default } from "./++Brand.svelte.ts";
export * from "./++Brand.svelte.ts";
