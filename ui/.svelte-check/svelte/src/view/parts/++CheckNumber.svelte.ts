///<reference types="svelte" />
;
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import { formatCode } from '../../protocol/invitation.ts';
import { t } from '../../text/index.ts';
;

  interface Props {
    check: string;
    onmatch?: () => void;
  };function $$render() {

  
  
  


  const { check, onmatch }: Props = $props();
;
async () => {

 { svelteHTML.createElement("section", {   "class":`check`,"aria-label":t.check.hostTitle,});
   { const $$_kcehCdleihS1C = __sveltets_2_ensureComponent(ShieldCheck); new $$_kcehCdleihS1C({ target: __sveltets_2_any(), props: {      "size":20,"strokeWidth":1.75,"class":`icon`,}});}
   { svelteHTML.createElement("div", {});
     { svelteHTML.createElement("p", { "class":`number numbers`,});formatCode(check); }
     { svelteHTML.createElement("h2", {});t.check.hostTitle; }
     { svelteHTML.createElement("p", { "class":`help`,});t.check.hostHelp; }
    if(onmatch !== undefined){
       { svelteHTML.createElement("button", {   "class":`button small`,"onclick":onmatch,});t.check.done; }
    }
   }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const CheckNumber__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type CheckNumber__SvelteComponent_ = ReturnType<typeof CheckNumber__SvelteComponent_>;
/*Ωignore_endΩ*/export default CheckNumber__SvelteComponent_;