///<reference types="svelte" />
;
import X from '@lucide/svelte/icons/x';
import type { Snippet } from 'svelte';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
;

  interface Props {
    title: string;
    children: Snippet;
  };function $$render() {

  
  
  
  


  const { title, children }: Props = $props();
  const page = usePage();
  const close = () => page.application.openPanel('none');
;
async () => {

 { svelteHTML.createElement("svelte:window", {  "onkeydown":(event) => event.key === 'Escape' && !event.defaultPrevented && close(),});}

 { svelteHTML.createElement("aside", {   "class":`panel card`,"aria-label":title,});
   { svelteHTML.createElement("header", {});
     { svelteHTML.createElement("h2", {});title; }
     { svelteHTML.createElement("button", {       "class":`button quiet icon-only`,"aria-label":t.controls.close,"title":t.controls.withKey(t.controls.close, 'Esc'),"onclick":close,});
       { const $$_X3C = __sveltets_2_ensureComponent(X); new $$_X3C({ target: __sveltets_2_any(), props: {    "size":18,"strokeWidth":1.75,}});}
     }
   }
  ;__sveltets_2_ensureSnippet(children());
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const SidePanel__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type SidePanel__SvelteComponent_ = ReturnType<typeof SidePanel__SvelteComponent_>;
/*Ωignore_endΩ*/export default SidePanel__SvelteComponent_;