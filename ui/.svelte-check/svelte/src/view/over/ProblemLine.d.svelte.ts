export { default } from "./++ProblemLine.svelte.ts";
export * from "./++ProblemLine.svelte.ts";
