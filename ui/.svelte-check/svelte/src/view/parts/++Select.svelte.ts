///<reference types="svelte" />
;
import ChevronDown from '@lucide/svelte/icons/chevron-down';
import type { Component, Snippet } from 'svelte';
;

  interface Choice {
    readonly id: string;
    readonly label: string;
  };;

  interface Props {
    label: string;
    icon: Component<{ size?: number; strokeWidth?: number; class?: string }>;
    choices: readonly Choice[];
    value: string;
    onchoose: (id: string) => void;
    /** Shown when there is nothing to choose. */
    empty: string;
    after?: Snippet;
  };function $$render() {

  
  



  const { label, icon: Icon, choices, value, onchoose, empty, after }: Props = $props();
  const chosen = $derived(choices.some((c) => c.id === value) ? value : (choices[0]?.id ?? ''));
;
async () => {

 { svelteHTML.createElement("div", { "class":`select`,});
   { const $$_nocI1C = __sveltets_2_ensureComponent(Icon); new $$_nocI1C({ target: __sveltets_2_any(), props: {      "size":18,"strokeWidth":1.75,"class":`icon`,}});}
   { svelteHTML.createElement("select", {       "aria-label":label,"disabled":choices.length === 0,"value":chosen,"onchange":(e) => onchoose(e.currentTarget.value),});
       for(let choice of __sveltets_2_ensureArray(choices)){choice.id;
       { svelteHTML.createElement("option", { "value":choice.id,});choice.label; }
    }
       { svelteHTML.createElement("option", {"value":"",});empty; }
    
   }
  if(after){;__sveltets_2_ensureSnippet(after());}
   { const $$_nwoDnorvehC1C = __sveltets_2_ensureComponent(ChevronDown); new $$_nwoDnorvehC1C({ target: __sveltets_2_any(), props: {      "size":16,"strokeWidth":1.75,"class":`icon`,}});}
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Select__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Select__SvelteComponent_ = ReturnType<typeof Select__SvelteComponent_>;
/*Ωignore_endΩ*/export default Select__SvelteComponent_;