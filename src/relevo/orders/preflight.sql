-- name: books
select wanted.number,
       custody.holder,
       lower(custody.during),
       (select order_number.order_key
          from order_number
         where order_number.number = wanted.number
           and order_number.is_moving and order_number.is_live),
       (select port.contract_code
          from port
         where port.number = wanted.number and port.is_open
         limit 1),
       array(select port.process_id
               from port
              where port.number = wanted.number and port.state = 'rejected'
              order by port.changed_at desc, port.process_id desc),
       (select card_custody.number
          from card_custody
         where card_custody.iccid = wanted.card and upper_inf(card_custody.during))
  from unnest(%(numbers)s::text[], %(cards)s::text[]) as wanted (number, card)
  left join custody on custody.number = wanted.number and upper_inf(custody.during)
