///<reference types="svelte" />
;
import SunMoon from '@lucide/svelte/icons/sun-moon';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import { dismissible } from '../parts/attachments.ts';
import DevicePickers from '../parts/DevicePickers.svelte';
import DeviceProblem from '../parts/DeviceProblem.svelte';
import Select from '../parts/Select.svelte';
import { themeChoice, themes, type Theme } from '../theme.svelte.ts';
;

  interface Props {
    /** Presses inside this do not close the menu: it holds the button that does. */
    within: HTMLElement;
    onclose: () => void;
  };function $$render() {

  
  
  
  
  
  
  
  


  const { within, onclose }: Props = $props();
  const page = usePage();
;
async () => {

 { svelteHTML.createElement("section", {    "class":`menu card`,"aria-label":t.controls.settings,[Symbol("@attach")]:dismissible(onclose, () => within),});
   { const $$_melborPeciveD1C = __sveltets_2_ensureComponent(DeviceProblem); new $$_melborPeciveD1C({ target: __sveltets_2_any(), props: {}});}
   { const $$_srekciPeciveD1C = __sveltets_2_ensureComponent(DevicePickers); new $$_srekciPeciveD1C({ target: __sveltets_2_any(), props: {}});}
   { svelteHTML.createElement("hr", {});}
   { const $$_tceleS1C = __sveltets_2_ensureComponent(Select); new $$_tceleS1C({ target: __sveltets_2_any(), props: {            "label":t.devices.appearance,"icon":SunMoon,"choices":themes.map((id) => ({ id, label: t.devices.appearances[id] })),"value":themeChoice.theme,"empty":"","onchoose":(id) => (themeChoice.theme = id as Theme),}});}
   { svelteHTML.createElement("p", { "class":`product`,});page.snapshot.product; }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const MoreMenu__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type MoreMenu__SvelteComponent_ = ReturnType<typeof MoreMenu__SvelteComponent_>;
/*Ωignore_endΩ*/export default MoreMenu__SvelteComponent_;