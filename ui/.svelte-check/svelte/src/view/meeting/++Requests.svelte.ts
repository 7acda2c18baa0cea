///<reference types="svelte" />
;
import type { UiJoinRequest } from '../../protocol/messages.g.ts';
import { formatCode } from '../../protocol/invitation.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import Avatar from '../parts/Avatar.svelte';
;

  interface Props {
    requests: readonly UiJoinRequest[];
  };function $$render() {

  
  
  
  
  


  const { requests }: Props = $props();
  const page = usePage();
  const shown = $derived(requests.slice(0, 3));
;
async () => {

 { svelteHTML.createElement("section", {   "class":`requests card`,"aria-label":t.requests.label,});
   { svelteHTML.createElement("ul", {});
       for(let request of __sveltets_2_ensureArray(shown)){request.id;
       { svelteHTML.createElement("li", {});
         { const $$_ratavA3C = __sveltets_2_ensureComponent(Avatar); new $$_ratavA3C({ target: __sveltets_2_any(), props: {    "name":request.name,"size":`36px`,}});}
         { svelteHTML.createElement("p", { "class":`who`,});
           { svelteHTML.createElement("span", {     "class":`name`,"dir":`auto`,"title":request.name,});request.name; }
           { svelteHTML.createElement("span", { "class":`asks`,});
            t.requests.asks;
           }
         }
         { svelteHTML.createElement("span", { "class":`answers`,});
           { svelteHTML.createElement("button", {     "class":`button small quiet`,"aria-label":t.requests.denyNamed(request.name),"onclick":() => page.application.deny(request.id),});
            t.requests.deny;
           }
           { svelteHTML.createElement("button", {     "class":`button small primary`,"aria-label":t.requests.admitNamed(request.name),"onclick":() => page.application.admit(request.id),});
            t.requests.admit;
           }
         }
        if(request.check !== null){
           { svelteHTML.createElement("p", { "class":`check`,});t.check.guestTitle;  { svelteHTML.createElement("strong", { "class":`numbers`,});formatCode(request.check); } }
        }
       }
    }
   }
  if(requests.length > 1){
     { svelteHTML.createElement("div", { "class":`all`,});
       { svelteHTML.createElement("span", {});requests.length > shown.length ? t.requests.more(requests.length - shown.length) : ''; }
       { svelteHTML.createElement("button", {   "class":`button small`,"onclick":() => page.application.admitAll(),});t.requests.admitAll(requests.length); }
     }
  }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Requests__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Requests__SvelteComponent_ = ReturnType<typeof Requests__SvelteComponent_>;
/*Ωignore_endΩ*/export default Requests__SvelteComponent_;