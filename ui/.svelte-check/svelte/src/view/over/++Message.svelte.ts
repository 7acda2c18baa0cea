///<reference types="svelte" />
;
import Ban from '@lucide/svelte/icons/ban';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import Clock from '@lucide/svelte/icons/clock';
import DoorOpen from '@lucide/svelte/icons/door-open';
import Monitor from '@lucide/svelte/icons/monitor';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import Unplug from '@lucide/svelte/icons/unplug';
import type { Snippet } from 'svelte';
import type { LinkState } from '../../connection/control.ts';
import type { EndReason } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import Brand from '../parts/Brand.svelte';
;

  interface Props {
    kind: EndReason | LinkState;
    title: string;
    sentence: string;
    about?: string;
    detail?: string | undefined;
    children: Snippet;
  };function $$render() {

  
  
  
  
  
  
  
  
  
  
  
  


  const { kind, title, sentence, about = '', detail, children }: Props = $props();

  const Icon = $derived.by(() => {
    switch (kind) {
      case 'denied':
      case 'removed':
        return Ban;
      case 'keyChanged':
      case 'refused':
        return ShieldAlert;
      case 'unreachable':
      case 'serverStopped':
      case 'lost':
        return Unplug;
      case 'rateLimited':
      case 'seatExpired':
        return Clock;
      case 'left':
      case 'ended':
      case 'cancelled':
      case 'none':
        return DoorOpen;
      case 'takenOver':
      case 'replaced':
        return Monitor;
      default:
        return CircleAlert;
    }
  });
;
async () => {

 { svelteHTML.createElement("div", { "class":`screen scrolls`,});
   { svelteHTML.createElement("header", {}); { const $$_dnarB2C = __sveltets_2_ensureComponent(Brand); new $$_dnarB2C({ target: __sveltets_2_any(), props: {}});} }
   { svelteHTML.createElement("main", {});
     { svelteHTML.createElement("span", { "class":`sign`,}); { const $$_nocI3C = __sveltets_2_ensureComponent(Icon); new $$_nocI3C({ target: __sveltets_2_any(), props: {      "size":26,"strokeWidth":1.75,"aria-hidden":`true`,}});} }
     { svelteHTML.createElement("div", {   "class":`words`,"role":`alert`,});
       { svelteHTML.createElement("h1", {});title; }
       { svelteHTML.createElement("p", {});sentence; }
     }
    if(about !== ''){ { svelteHTML.createElement("p", {   "class":`about numbers`,"dir":`auto`,});about; }}
     { svelteHTML.createElement("div", { "class":`ways`,});;__sveltets_2_ensureSnippet(children()); }
    if(detail !== undefined){
       { svelteHTML.createElement("details", {});
         { svelteHTML.createElement("summary", {});t.over.technical; }
         { svelteHTML.createElement("p", {});detail; }
       }
    }
   }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Message__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Message__SvelteComponent_ = ReturnType<typeof Message__SvelteComponent_>;
/*Ωignore_endΩ*/export default Message__SvelteComponent_;