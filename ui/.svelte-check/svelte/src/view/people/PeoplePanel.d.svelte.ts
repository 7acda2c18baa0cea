export { default } from "./++PeoplePanel.svelte.ts";
export * from "./++PeoplePanel.svelte.ts";
