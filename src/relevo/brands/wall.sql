-- The wall: what people may read, and whose it is. Run as often as wanted; each run makes it anew.
--
-- Workers own the tables and are not touched by it. People's connections are those of the role
-- relevo_people: it may read what is listed here, of its brand, and may write nothing. A customer
-- is one of them: he reads his order, and nothing of what its people note among themselves.

-- name: role
do $$
begin
    if not exists (select from pg_roles where rolname = 'relevo_people') then
        create role relevo_people nologin;  -- needs CREATEROLE
    end if;
exception when duplicate_object or unique_violation then
    null;  -- it is the server's: another database may have made it
end
$$

-- name: raise
do $$
declare
    each record;
begin
    perform set_config('client_min_messages', 'warning', true);
    revoke all on all tables in schema public from relevo_people;
    grant usage on schema public to relevo_people;
    for each in select * from (values
        -- Every other rule asks this one: whose a family is, or that it was looked at.
        ('brand_family', $rule$
            (brand = (select brand_now()) and (select may_now('read_orders')))
            or family in (select looked_families())
            or family = (select order_now()) $rule$),
        -- Orders, requests and wishes, and the facts behind them.
        ('process', 'family:split_part(@.process_id, ''/'', 1)'),
        ('journal', 'family:split_part(@.process_id, ''/'', 1)'),
        ('refusal', 'staff:split_part(@.process_id, ''/'', 1)'),
        ('parked', 'staff:split_part(@.process_id, ''/'', 1)'),
        ('operator_act', 'staff:split_part(@.process_id, ''/'', 1)'),
        ('order_number', 'family:@.order_key'),
        ('order_request', 'staff:@.order_key'),
        ('company_sheet', 'family:@.order_key'),
        ('company_number', 'family:@.order_key'),
        ('port', 'family:split_part(@.process_id, ''/'', 1)'),
        ('multiple_port', 'family:split_part(@.process_id, ''/'', 1)'),
        ('multiple_port_number', 'family:split_part(@.process_id, ''/'', 1)'),
        ('port_out', 'family:split_part(@.process_id, ''/'', 1)'),
        -- What a daily file said of a request is its owner's; of none, whoever sorts such news.
        ('reconciled_file', '(select may_now(''read_strays''))'),
        ('reconciled_difference', $rule$
            case when process_id = '' then (select may_now('read_strays'))
                 else (select staff_now()) is not null
                      and exists (select from brand_family seen
                                   where seen.family = split_part(process_id, '/', 1)) end $rule$),
        ('undue_port', 'family:split_part(@.process_id, ''/'', 1)'),
        ('cease_wish', 'family:split_part(@.process_id, ''/'', 1)'),
        ('sims_card', 'family:@.order_key'),
        ('activation_line', 'family:@.order_key'),
        ('activation_watch', 'family:split_part(@.process_id, ''/'', 1)'),
        ('activation_rhythm', 'true'),  -- how far the looks of all lines have come: nobody's rows
        ('care_document', 'family:@.order_key'),
        ('notice_sender', 'family:@.order_key'),
        ('notice_social_account', 'family:@.order_key'),
        ('notice_social_code', 'family:@.order_key'),
        -- A call of nobody we know is the brand's whose telephone rang.
        ('notice_call', $rule$
            (select staff_now()) is not null and (select may_now('read_orders'))
            and ((order_key is null and brand = (select brand_now()))
                 or exists (select from brand_family seen
                             where seen.family = notice_call.order_key)) $rule$),
        ('desk_trouble', 'staff:@.family'),
        ('desk_day', 'family:@.family'),
        ('desk_promise', 'staff:@.family'),
        ('desk_parcel', 'staff:@.family'),
        ('desk_request', 'staff:@.family'),
        ('desk_outage', 'staff:@.family'),
        ('desk_claim', 'staff:@.family'),
        ('desk_case', 'staff:@.family'),
        ('desk_complaint', 'staff:@.family'),
        ('desk_effort', 'staff:@.family'),
        -- A customer sees that an answer is being written to him; nothing else of who is there.
        ('desk_presence', $rule$
            ((select staff_now()) is not null or writing_at is not null)
            and exists (select from brand_family seen
                         where seen.family = desk_presence.order_key) $rule$),
        ('care_stage', 'staff:@.family'),
        ('care_stage_span', '(select may_now(''read_orders''))'),  -- lengths, of nobody by name
        -- Each brand speaks to its own customers of what a network, a hub or a courier does to them.
        ('desk_fault', $rule$
            (select may_now('read_orders')) and brand in ('', (select brand_now())) $rule$),
        ('desk_fault_member', 'staff:@.family'),
        ('finding', 'staff:@.family'),
        ('number_return', 'operator = (select brand_now()) and (select may_now(''read_orders''))'),
        ('migration', 'operator = (select brand_now()) and (select may_now(''read_orders''))'),
        ('desk_act', $rule$ (select staff_now()) is not null
            and (who = (select staff_now())
                 or ((select may_now('read_looks'))
                     and (select brand from staff where staff.name = desk_act.who) = (select brand_now()))
                 or exists (select from brand_family seen
                             where seen.family = split_part(split_part(task, ':', 2), '/', 1))) $rule$),
        -- A task of an order names it in its second part; one of a number in hold names that.
        ('desk_taken', $rule$
            (select staff_now()) is not null
            and (exists (select from brand_family seen
                          where seen.family = split_part(split_part(task, ':', 2), '/', 1))
                 or exists (select from custody
                             where custody.number = split_part(task, ':', 2))) $rule$),
        -- What a brand serves is its own. An order that names a number is no right to its record.
        ('served_line', $rule$
            (operator = (select brand_now()) and (select may_now('read_orders')))
            or number in (select looked_numbers()) $rule$),
        ('custody', $rule$
            (regexp_replace(holder, '^(hold|range):', '') = (select brand_now())
             and (select may_now('read_orders')))
            or exists (select from order_number o where o.number = custody.number) $rule$),
        ('card_custody', 'exists (select from sims_card c where c.iccid = card_custody.iccid)'),
        ('card_block', 'exists (select from sims_card c where c.iccid = card_block.iccid)'),
        ('wire_exchange', $rule$
            (select staff_now()) is not null and (
            exists (select from port p where wire_exchange.key in (p.reference, p.contract_code)
                       and wire_exchange.key <> '')
            or exists (select from multiple_port m
                        where wire_exchange.key in (m.reference, m.contract_code)
                          and wire_exchange.key <> '')
            or exists (select from port_out o where o.reference = wire_exchange.key)) $rule$),
        -- Who opened which customer's file: whoever sees the file, those who check, and oneself.
        ('access_trace', $rule$
            (select staff_now()) is not null
            and (who = (select staff_now())
                 or ((select may_now('read_looks'))
                     and (brand = (select brand_now()) or is_of_own_brand(family)))
                 or (family <> '' and exists (select from brand_family seen
                                               where seen.family = access_trace.family))) $rule$),
        -- What belongs to nobody yet is for those who sort it.
        ('stray_news', '(select may_now(''read_strays''))'),
        ('notice_stray', '(select may_now(''read_strays''))'),
        ('notice_attachment', '(select may_now(''read_strays''))'),
        -- Looks: one's own, and for who checks them those of his brand and those at what is his.
        -- None before it is safe: its outcome would tell what is there, and could be taken back.
        ('brand_look', $rule$
            asked_in is distinct from pg_current_xact_id_if_assigned()
            and (staff = (select staff_now())
            or ((select may_now('read_looks'))
                and (brand = (select brand_now()) or looks_into_own(id)))) $rule$),
        -- A customer is told the names of the brands that his order concerns.
        ('brand', $rule$
            (select brand_now()) is not null
            or ((select order_now()) is not null
                and name in (select of_order.brand from brand_family of_order)) $rule$),
        ('staff', 'brand = (select brand_now())'),
        ('care_roster', 'exists (select from staff where staff.name = care_roster.staff)'),
        ('staff_role', 'exists (select from staff where staff.name = staff_role.staff)'),
        ('role_right', '(select brand_now()) is not null')
    ) as walled (relation, rule)
    loop
        if each.rule like any (array['family:%', 'staff:%']) then
            -- Named in full: a bare "family" would be that of brand_family, and always equal.
            -- The limit keeps it a look-up for each row: else all families of a brand are read.
            each.rule := format(
                '%scoalesce((select true from brand_family seen where seen.family = %s limit 1), false)',
                case when each.rule like 'staff:%' then '(select staff_now()) is not null and ' end,
                replace(substr(each.rule, strpos(each.rule, ':') + 1), '@',
                        quote_ident(each.relation)));
        end if;
        execute format('alter table %I enable row level security', each.relation);
        execute format('drop policy if exists brand_wall on %I', each.relation);
        execute format('create policy brand_wall on %I for select to relevo_people using (%s)',
                       each.relation, each.rule);
        execute format('drop policy if exists who_is_not_people on %I', each.relation);
        execute format('create policy who_is_not_people on %I to public
                        using (not pg_has_role(current_user, ''relevo_people'', ''member''))',
                       each.relation);
        execute format('grant select on %I to relevo_people', each.relation);
    end loop;
    -- A view of the owner would look over the wall; one of the reader does not.
    alter view multiple_port_seen set (security_invoker = true);
    grant select on multiple_port_seen to relevo_people;
    grant execute on function session_now(), staff_now(), brand_now(), rights_now(), may_now(text),
        looked_families(), looked_numbers(), looks_into_own(bigint), ask_look(text, text),
        end_session(), roles_now(), order_now(), times_opened(text),
        is_of_own_brand(text) to relevo_people;
end
$$

-- name: is_up
select coalesce(bool_and(row_security_active(oid)), false)
  from pg_class
 where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
   and has_table_privilege(current_user, oid, 'select')

-- name: gaps
select relname::text
  from pg_class
 where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
   and has_table_privilege('relevo_people', oid, 'select')
   and not (relrowsecurity or coalesce(reloptions @> '{security_invoker=true}', false))
 order by 1

-- name: can_leave
select rolsuper or rolbypassrls or pg_has_role(rolname, relowner, 'member')
  from pg_roles, pg_class
 where rolname = session_user and pg_class.oid = 'process'::regclass

-- name: as_people
set local role relevo_people
