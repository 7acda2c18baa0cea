///<reference types="svelte" />
;
import Copy from '@lucide/svelte/icons/copy';
import X from '@lucide/svelte/icons/x';
import { formatCode } from '../../protocol/invitation.ts';
import type { UiMeeting } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import { copyText } from '../parts/copy.ts';
import { dismissible } from '../parts/attachments.ts';
;

  interface Props {
    meeting: UiMeeting;
    title: string;
    /** Shown by itself while nobody else is here; otherwise a popover that can be closed. */
    isInline: boolean;
    onclose: () => void;
    oncopied: () => void;
  };function $$render() {

  
  
  
  
  
  
  


  const { meeting, title, isInline, onclose, oncopied }: Props = $props();
  const address = $derived(meeting.addresses[0] ?? '');
  const rows = $derived([
    { label: t.invite.code, text: formatCode(meeting.code), copy: meeting.code },
    { label: t.invite.address, text: address, copy: address },
    { label: t.invite.link, text: meeting.link, copy: meeting.link },
  ]);

  async function copy(text: string): Promise<void> {
    if (await copyText(text)) oncopied();
  }
;
async () => {

  { svelteHTML.createElement("section", {     "class":`invite card`,"aria-label":t.invite.title,[Symbol("@attach")]:isInline ? undefined : dismissible(onclose, () => document.querySelector('[data-invite]')),});
   { svelteHTML.createElement("header", {});
     { svelteHTML.createElement("h2", {});isInline ? t.meeting.alone : t.invite.title; }
    if(!isInline){
       { svelteHTML.createElement("button", {     "class":`button quiet icon-only`,"aria-label":t.controls.close,"onclick":onclose,}); { const $$_X3C = __sveltets_2_ensureComponent(X); new $$_X3C({ target: __sveltets_2_any(), props: {    "size":16,"strokeWidth":1.75,}});} }
    }
   }
   { svelteHTML.createElement("p", { "class":`help`,});t.invite.help; }
   { svelteHTML.createElement("dl", {});
       for(let row of __sveltets_2_ensureArray(rows)){row.label;
       { svelteHTML.createElement("div", {});
         { svelteHTML.createElement("dt", {});row.label; }
         { svelteHTML.createElement("dd", {    "class":`numbers`,"title":row.text,});row.label === t.invite.code;row.text; }
         { svelteHTML.createElement("button", {       "class":`button quiet icon-only`,"aria-label":`${t.invite.copy}: ${row.label}`,"title":t.invite.copy,"onclick":() => void copy(row.copy),});
           { const $$_ypoC4C = __sveltets_2_ensureComponent(Copy); new $$_ypoC4C({ target: __sveltets_2_any(), props: {    "size":16,"strokeWidth":1.75,}});}
         }
       }
    }
   }
  if(meeting.addresses.length > 1){
     { svelteHTML.createElement("p", { "class":`others numbers`,});t.invite.otherAddresses; meeting.addresses.slice(1, 4).join(', '); }
  }
   { svelteHTML.createElement("button", {     "class":`button primary`,"onclick":() => void copy(t.invite.text(title || t.meeting.untitled, formatCode(meeting.code), address, meeting.link)),});
    t.invite.copyAll;
   }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Invitation__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Invitation__SvelteComponent_ = ReturnType<typeof Invitation__SvelteComponent_>;
/*Ωignore_endΩ*/export default Invitation__SvelteComponent_;