# A small power purchase, with a row in every table. It passes the verifier; rules.txt breaks it.
module Supply "contracts/supply"
version 3
string "two words, one \"text\" with \\"
unit "CNY/kWh"
currency CNY 2
currency EUR 2
type t0 - int -9223372036854775808 9223372036854775807
type t1 - party -
type t2 - tuple
type t3 - dec 2 CNY -9223372036854775808 9223372036854775807
type t4 Trade tuple qty t0 price t3 who t1
type t5 - map 8 t1 t3
type t6 - text 20
type t7 - tuple buyer t1 seller t1
type t8 - tuple paid t3 at t0
type t9 - enum Open - Metered t8 Closed -
type t10 - list 10 t0
type t11 - set 4 t1
type t12 - sorted 6 t4 1 desc
type t13 - list 5 t4
type t14 - series 96 t0 900
type t15 - party %0
type t16 - tuple market t15 limit t3 rate t0
type t17 - tuple total t3 last t6 day t14
type t18 - interval
type t19 Phase tag L1 L2 L3
type t20 - tuple - t0 - t18
type t21 - enum none - some t20
type t22 - dec 5 "CNY/kWh" 0 1000000
type t23 - time
type t24 - date
type t25 - bool
type t26 - bytes 7
type t27 - tuple party t1 share t0 weight t0
type t28 - list 4 t27
type t29 - dec 4 - 0 9999
number 0
number 10
number -170141183460469231731687303715884105728
number 170141183460469231731687303715884105727
number 1000000
number 1
bytes t6 000000026869
bytes t3 0000000000000064
bytes t5 00000000
bytes t2 -
calendar "Europe/Berlin" "2026a" 3600 323830800 7200 338950800 3600
interface Market
method action bid 8a1bceef t4 -
method view price d7076098 t2 t3
party buyer retailer signatory visible
party seller - signatory -
parties t7
term - -
term - %1
term amendable -
terms t16
field total 2 t3 0 %0 %1
field last 3 t6 0 %1 -
field trades 5 t13 1 - -
field net 7 t5 1 - -
field seen 8 t11 2 - -
field book 9 t12 3 - -
field day 11 t14 3 %2 -
storage t17
state Open - initial -
state Metered t8 - -
state Closed - - final
states t9
error Bad t4
error Late t2
event Sold t4
function sum
    reg refmut t10
    reg i64 -
    reg i64 -
    reg i64 -
    params 1
    result i64
    block
    ldi r1 0
    len r2 r0
    ldi r3 -5
    lenter r1 r2 out %1
head:
    block
    br r3 out
    block
    add r3 r3 r1
    loop r1 r2 head
out:
    block
    ret 3
end
function sell
    reg ref t4
    reg i64 t3
    reg refmut t10
    reg i64 -
    reg refmut t17
    reg refmut t8
    reg i128 t3
    reg high -
    reg ref t1
    reg i64 -
    reg refmut t28
    reg ref t16
    reg ref t15
    slot t10
    slot t8
    slot t28
    params 1
    block
    ldf r1 r0 1
    new r2 0
    push r2 r1
    call sum r2 r3
    block
    emit Sold r0
    brz r3 no
    block
    root r4 1
    stf r4 0 r1
    mulw r6 r1 r3
    ldcw r6 %2
    narrow r3 r6
    fref r8 r0 2
    kvadd net r8 r1
    mdr_half_even r3 r1 r1 r1 %1 %4
    lock r8 r1 CNY
    pay r8 r8 r1 EUR
    new r10 2
    split r8 r1 r10 8 CNY %4
    root r11 0
    fref r12 r11 0
    send r12 %0 r0
    new r5 1
    setst Metered r5
    ret 0
no:
    block
    fail Bad r0
end
function quote
    reg ref t2
    reg refmut t3
    reg i64 -
    params 2
    block
    sys r2 0
    stf r1 0 r2
    ret 0
end
function lapse
    params 0
    block
    setst0 Closed
    ret 0
end
function lapse_due
    reg i64 t23
    params 0
    result i64
    block
    sys r0 1
    ret 0
end
function solvent
    reg i64 -
    reg ref t17
    params 0
    result i64
    block
    root r1 1
    ldf r0 r1 0
    ret 0
end
function check_terms
    reg ref t16
    reg i64 -
    params 0
    block
    root r0 0
    ldf r1 r0 5
    check r1 1
    ret 0
end
entry action sell sell t4 - any 0 Open Metered 0000000000000001 0 0 %0 role generator
entry view quote quote t2 t3 none 0 - - 0000000000000000 0 0
entry invariant - solvent - - none 0 - - 0000000000000000 0 0
entry after lapse lapse - - none 0 Open | Metered Closed 0000000000000001 1 0
entry due - lapse_due %3 - none 0 - - 0000000000000000 0 0
entry deploy - check_terms - - none 0 - - 0000000000000000 0 0
