///<reference types="svelte" />
;
import { t } from '../../text/index.ts';
;

  interface Props {
    others: number;
    onleave: () => void;
    onend: () => void;
    onstay: () => void;
  };function $$render() {

  


  const { others, onleave, onend, onstay }: Props = $props();
;
async () => {

  { svelteHTML.createElement("dialog", {       "class":`card`,"aria-labelledby":`leave-title`,[Symbol("@attach")]:(dialog: HTMLDialogElement) => dialog.showModal(),"oncancel":(event) => {
    event.preventDefault();
    onstay();
  },});
   { svelteHTML.createElement("h2", { "id":`leave-title`,});t.leaving.title; }
   { svelteHTML.createElement("p", { "class":`others`,});t.leaving.others(others); }
   { svelteHTML.createElement("div", { "class":`choice`,});
     { svelteHTML.createElement("button", {   "class":`button`,"onclick":onleave,});t.leaving.passOn; }
     { svelteHTML.createElement("p", {});t.leaving.passOnHelp; }
   }
   { svelteHTML.createElement("div", { "class":`choice`,});
     { svelteHTML.createElement("button", {   "class":`button danger`,"onclick":onend,});t.leaving.endForAll; }
     { svelteHTML.createElement("p", {});t.leaving.endHelp; }
   }
   { svelteHTML.createElement("button", {   "class":`button quiet`,"onclick":onstay,});t.leaving.stay; }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const LeaveDialog__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type LeaveDialog__SvelteComponent_ = ReturnType<typeof LeaveDialog__SvelteComponent_>;
/*Ωignore_endΩ*/export default LeaveDialog__SvelteComponent_;