///<reference types="svelte" />
;
import { pageNow } from '../../connection/clock.ts';
import { formatCode } from '../../protocol/invitation.ts';
import type { UiSnapshot } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import Preview from '../lobby/Preview.svelte';
import { usePage } from '../page.svelte.ts';
import Brand from '../parts/Brand.svelte';
import CheckNumber from '../parts/CheckNumber.svelte';
import { formatElapsed } from '../words.ts';
;

  interface Props {
    agent: UiSnapshot;
  };function $$render() {

  
  
  
  
  
  
  
  
  


  const { agent }: Props = $props();
  const page = usePage();
  const isWaiting = $derived(agent.screen === 'waiting');
  let now = $state(pageNow());
  const elapsed = $derived(now - (page.application.attemptSince() ?? now));

  $effect(() => {
    const timer = setInterval(() => {
      now = pageNow();
    }, 500);
    return () => clearInterval(timer);
  });
;
async () => {

 { svelteHTML.createElement("div", { "class":`waiting scrolls`,});
   { svelteHTML.createElement("header", {}); { const $$_dnarB2C = __sveltets_2_ensureComponent(Brand); new $$_dnarB2C({ target: __sveltets_2_any(), props: {}});} }
   { svelteHTML.createElement("main", {});
     { const $$_weiverP2C = __sveltets_2_ensureComponent(Preview); new $$_weiverP2C({ target: __sveltets_2_any(), props: {    "name":agent.name,"hasPickers":false,}});}
     { svelteHTML.createElement("div", { "class":`words`,});
       { svelteHTML.createElement("div", { "role":`status`,});
         { svelteHTML.createElement("h1", {});isWaiting ? t.waiting.waiting : t.waiting.joining; }
         { svelteHTML.createElement("p", { "class":`help`,});isWaiting ? t.waiting.waitingHelp : t.waiting.joiningHelp(agent.attempt?.server ?? ''); }
       }

      if(agent.attempt !== null){
         { svelteHTML.createElement("dl", { "class":`numbers`,});
           { svelteHTML.createElement("div", {});
             { svelteHTML.createElement("dt", {});t.meeting.untitled; }
             { svelteHTML.createElement("dd", {});formatCode(agent.attempt.code); }
           }
           { svelteHTML.createElement("div", {});
             { svelteHTML.createElement("dt", {});t.lobby.address; }
             { svelteHTML.createElement("dd", {});agent.attempt.server; }
           }
          if(isWaiting){
             { svelteHTML.createElement("div", {});
               { svelteHTML.createElement("dt", {});t.waiting.since; }
               { svelteHTML.createElement("dd", { "role":`timer`,});formatElapsed(elapsed); }
             }
          }
         }
        if(agent.attempt.check !== null){
           { const $$_rebmuNkcehC3C = __sveltets_2_ensureComponent(CheckNumber); new $$_rebmuNkcehC3C({ target: __sveltets_2_any(), props: {  "check":agent.attempt.check,}});}
        }
      }

       { svelteHTML.createElement("button", {   "class":`button`,"onclick":() => page.application.cancelJoin(),});t.waiting.cancel; }
     }
   }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Waiting__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Waiting__SvelteComponent_ = ReturnType<typeof Waiting__SvelteComponent_>;
/*Ωignore_endΩ*/export default Waiting__SvelteComponent_;