export { default } from "./++DeviceProblem.svelte.ts";
export * from "./++DeviceProblem.svelte.ts";
