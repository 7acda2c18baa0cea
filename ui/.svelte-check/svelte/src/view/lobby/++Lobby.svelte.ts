///<reference types="svelte" />
;
import ArrowRight from '@lucide/svelte/icons/arrow-right';
import Link from '@lucide/svelte/icons/link';
import X from '@lucide/svelte/icons/x';
import { pageNow } from '../../connection/clock.ts';
import { invitationOfLink } from '../../connection/session.ts';
import { codeLength, isServer, readInvitation, type Invitation } from '../../protocol/invitation.ts';
import { maxName, type UiSnapshot } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import ProblemLine from '../over/ProblemLine.svelte';
import { usePage } from '../page.svelte.ts';
import Brand from '../parts/Brand.svelte';
import CodeField from './CodeField.svelte';
import Preview from './Preview.svelte';
;

  interface Props {
    agent: UiSnapshot;
  };function $$render() {

  
  
  
  
  
  
  
  
  
  
  
  
  


  const { agent }: Props = $props();
  const page = usePage();
  const addressKey = 'parley.address';
  const invited = invitationOfLink();

  // The remembered name and address are where typing starts; from then on the fields belong to the person.
  // svelte-ignore state_referenced_locally
  let name = $state(agent.name);
  // svelte-ignore state_referenced_locally
  let code = $state(agent.problem?.code ?? invited?.code ?? '');
  // svelte-ignore state_referenced_locally
  let server = $state(agent.problem?.server ?? invited?.server ?? localStorage.getItem(addressKey) ?? '');
  let wrong: 'none' | 'name' | 'code' | 'address' = $state('none');
  let sentence = $state('');
  let nameField: HTMLInputElement | undefined = $state();
  let addressField: HTMLInputElement | undefined = $state();
  const isLink = $derived(/^parley:\/\//i.test(server));

  function refuse(what: typeof wrong, why: string, field?: HTMLElement): void {
    wrong = what;
    sentence = why;
    field?.focus();
  }

  function hasName(): boolean {
    if (name.trim() !== '') return true;
    refuse('name', t.lobby.nameMissing, nameField);
    return false;
  }

  function start(): void {
    wrong = 'none';
    if (hasName()) page.application.startMeeting(pageNow(), name);
  }

  function join(event: SubmitEvent): void {
    event.preventDefault();
    wrong = 'none';
    if (!hasName()) return;
    if (!/^\d{6}$/.test(code)) return refuse('code', t.lobby.codeMissing);
    if (server.trim() === '') return refuse('address', t.lobby.addressMissing, addressField);
    if (!isServer(server)) return refuse('address', t.lobby.addressWrong, addressField);
    if (!isLink) localStorage.setItem(addressKey, server.trim());
    page.application.joinMeeting(pageNow(), name, server, code);
  }

  function take(invitation: Invitation): void {
    wrong = 'none';
    if (invitation.code !== '') code = invitation.code;
    if (invitation.server !== '') server = invitation.server;
  }

  function pasteAddress(event: ClipboardEvent): void {
    const invitation = readInvitation(event.clipboardData?.getData('text') ?? '');
    if (invitation === undefined || invitation.server === '') return;
    event.preventDefault();
    take(invitation);
  }
;
async () => {

 { svelteHTML.createElement("div", { "class":`lobby scrolls`,});
   { svelteHTML.createElement("header", {}); { const $$_dnarB2C = __sveltets_2_ensureComponent(Brand); new $$_dnarB2C({ target: __sveltets_2_any(), props: {}});} }
   { svelteHTML.createElement("main", {});
     { const $$_weiverP2C = __sveltets_2_ensureComponent(Preview); new $$_weiverP2C({ target: __sveltets_2_any(), props: { name,}});}

     { svelteHTML.createElement("div", { "class":`ways`,});
       { svelteHTML.createElement("div", { "class":`words`,});
         { svelteHTML.createElement("h1", {});t.lobby.headline; }
         { svelteHTML.createElement("p", {});t.lobby.lead; }
       }

      if(agent.problem !== null){
         { const $$_eniLmelborP3C = __sveltets_2_ensureComponent(ProblemLine); new $$_eniLmelborP3C({ target: __sveltets_2_any(), props: {  "problem":agent.problem,}});}
      }

       { svelteHTML.createElement("div", {});
         { svelteHTML.createElement("label", {   "class":`label`,"for":`name`,});t.lobby.name; }
         { const $$_input4 = svelteHTML.createElement("input", {                      "id":`name`,"bind:value":name,"class":`field`,"maxlength":maxName,"autocomplete":`name`,"dir":`auto`,"placeholder":t.lobby.namePlaceholder,"aria-invalid":wrong === 'name',"aria-describedby":wrong === 'name' ? 'sentence' : undefined,"onblur":() => page.application.setName(name),});nameField = $$_input4;/*Ωignore_startΩ*/() => name = __sveltets_2_any(null);/*Ωignore_endΩ*/}
        if(wrong === 'name'){ { svelteHTML.createElement("p", {     "class":`wrong`,"id":`sentence`,"role":`alert`,});sentence; }}
       }

       { svelteHTML.createElement("button", {     "class":`button primary large`,"disabled":page.snapshot.isBusy,"onclick":start,});t.lobby.start; }

       { svelteHTML.createElement("p", { "class":`or`,}); { svelteHTML.createElement("span", {});t.lobby.or; } }

       { svelteHTML.createElement("form", { "novalidate":true,"onsubmit":join,});
         { const $$_dleiFedoC4C = __sveltets_2_ensureComponent(CodeField); new $$_dleiFedoC4C({ target: __sveltets_2_any(), props: {        code,"isWrong":wrong === 'code',"onchange":(changed) => {
            code = changed;
            if (wrong === 'code' && changed.trim().length === codeLength) wrong = 'none';
          },"oninvitation":take,}});}
        if(wrong === 'code'){ { svelteHTML.createElement("p", {   "class":`wrong`,"role":`alert`,});sentence; }}

         { svelteHTML.createElement("div", { "class":`where`,});
          if(isLink){
             { svelteHTML.createElement("p", {   "class":`field link`,"title":server,});
               { const $$_kniL6C = __sveltets_2_ensureComponent(Link); new $$_kniL6C({ target: __sveltets_2_any(), props: {      "size":16,"strokeWidth":1.75,"class":`icon`,}});}
               { svelteHTML.createElement("span", {});server.replace(/^parley:\/\//i, '').replace(/\/.*$/, ''); }
               { svelteHTML.createElement("button", {         "type":`button`,"class":`button quiet icon-only`,"aria-label":t.lobby.clearLink,"title":t.lobby.clearLink,"onclick":() => (server = ''),});
                 { const $$_X7C = __sveltets_2_ensureComponent(X); new $$_X7C({ target: __sveltets_2_any(), props: {    "size":16,"strokeWidth":1.75,}});}
               }
             }
          }else{
             { const $$_input5 = svelteHTML.createElement("input", {                        "bind:value":server,"class":`field`,"inputmode":`url`,"autocomplete":`off`,"autocapitalize":`off`,"spellcheck":`false`,"aria-label":t.lobby.address,"placeholder":t.lobby.addressPlaceholder,"aria-invalid":wrong === 'address',"aria-describedby":`address-help`,"onpaste":pasteAddress,});addressField = $$_input5;/*Ωignore_startΩ*/() => server = __sveltets_2_any(null);/*Ωignore_endΩ*/}
          }
           { svelteHTML.createElement("button", {   "class":`button`,"disabled":page.snapshot.isBusy,});
            t.lobby.join;
             { const $$_thgiRworrA6C = __sveltets_2_ensureComponent(ArrowRight); new $$_thgiRworrA6C({ target: __sveltets_2_any(), props: {      "size":16,"strokeWidth":2,"class":`icon`,}});}
           }
         }
        if(wrong === 'address'){
           { svelteHTML.createElement("p", {   "class":`wrong`,"role":`alert`,});sentence; }
        }else{
           { svelteHTML.createElement("p", {   "class":`help`,"id":`address-help`,});t.lobby.addressHelp; }
        }
       }
     }
   }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Lobby__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Lobby__SvelteComponent_ = ReturnType<typeof Lobby__SvelteComponent_>;
/*Ωignore_endΩ*/export default Lobby__SvelteComponent_;