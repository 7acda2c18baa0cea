///<reference types="svelte" />
;
import { initials, nameHue } from '../words.ts';
;

  interface Props {
    name: string;
    /** Any CSS length. */
    size: string;
  };function $$render() {

  


  const { name, size }: Props = $props();
;
async () => {

 { svelteHTML.createElement("span", {    "class":`avatar hue-${nameHue(name)}`,"aria-hidden":`true`,});__sveltets_2_ensureType(String, Number, size); { svelteHTML.createElement("span", {});initials(name); } }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Avatar__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Avatar__SvelteComponent_ = ReturnType<typeof Avatar__SvelteComponent_>;
/*Ωignore_endΩ*/export default Avatar__SvelteComponent_;