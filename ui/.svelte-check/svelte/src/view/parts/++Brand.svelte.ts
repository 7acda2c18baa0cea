///<reference types="svelte" />
;
import { t } from '../../text/index.ts';
function $$render() {

  
;
async () => {

 { svelteHTML.createElement("div", { "class":`brand`,});
   { svelteHTML.createElement("svg", {         "class":`icon`,"viewBox":`0 0 32 32`,"width":`28`,"height":`28`,"aria-hidden":`true`,});
     { svelteHTML.createElement("rect", {      "width":`32`,"height":`32`,"rx":`9`,});}
     { svelteHTML.createElement("path", {  "d":`M9 11.500A3.500 3.500 0 0 1 12.500 8h7a3.500 3.500 0 0 1 3.500 3.500v4a3.500 3.500 0 0 1-3.500 3.500H15l-4 4v-4.300a3.500 3.500 0 0 1-2-3.200z`,});}
   }
   { svelteHTML.createElement("span", {});t.product; }
 }


};
return { props: {} as Record<string, never>, exports: {}, bindings: "", slots: {}, events: {} }}
const Brand__SvelteComponent_ = __sveltets_2_isomorphic_component(__sveltets_2_with_any_event($$render()));
/*Ωignore_startΩ*/type Brand__SvelteComponent_ = InstanceType<typeof Brand__SvelteComponent_>;
/*Ωignore_endΩ*/export default Brand__SvelteComponent_;