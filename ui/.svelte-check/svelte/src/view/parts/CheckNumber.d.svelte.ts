export { default } from "./++CheckNumber.svelte.ts";
export * from "./++CheckNumber.svelte.ts";
