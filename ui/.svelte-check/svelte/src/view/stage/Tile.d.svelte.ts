export { default } from "./++Tile.svelte.ts";
export * from "./++Tile.svelte.ts";
