# Tables for single instructions: instructions.txt puts one into a function whose parameters are the
# registers below; mistakes.txt puts wrong ones there.
module Machine "tests/machine"
currency CNY 2
currency EUR 2
type t0 - int -9223372036854775808 9223372036854775807
type t1 - party -
type t2 - tuple
type t3 - dec 2 CNY -9223372036854775808 9223372036854775807
type t4 Trade tuple qty t0 price t3 who t1
type t5 - text 100
type t6 - list 10 t0
type t7 - list 20 t4
type t8 - set 12 t1
type t9 - map 30 t1 t3
type t10 - sorted 40 t4 1 desc
type t11 - series 96 t0 900
type t12 - enum none - some t4
type t13 - tuple party t1 share t0 weight t0
type t14 - list 8 t13
type t15 - party %0
type t16 - tuple market t15 limit t3
type t17 - interval
type t18 - tuple total t3 span t17 note t5 day t11
type t19 - map 30 t1 t4
type t20 - bytes 9
type t21 - tag Open Closed Busy
type t22 - enum Open - Busy t4
type t23 - bytes 70
type t24 - dec 2 - 0 9
type t25 - tuple party t1 share t0
type t26 - list 8 t25
type t27 - series 24 t0 3600
type t28 - tuple alice t1
type t29 - map 30 t0 t3
type t30 - party %1
type t31 - map 30 t0 t4
number 1
number 0
number -1
number 9223372036854775807
number 9223372036854775808
number -170141183460469231731687303715884105728
number 1000
bytes t5 0000000141
bytes t3 0000000000000007
calendar "Europe/Berlin" "2026a" 3600 323830800 7200 338950800 3600
interface Market
method action bid 8a1bceef t4 -
method view price d7076098 t2 t3
interface Other
method action bid 8a1bceef t4 -
party alice - - -
parties t28
term - -
term amendable -
terms t16
field total 0 t3 0 %0 -
field span 1 t17 0 %1 -
field note 2 t5 0 %2 -
field day 3 t11 0 %3 -
field ints 4 t6 0 - -
field seen 5 t8 0 - -
field net 6 t9 0 - -
field book 7 t10 0 - -
field held 8 t19 0 - -
field trades 9 t7 0 - -
field counts 10 t29 0 - -
field offers 11 t31 0 - -
storage t18
state Open - initial -
state Busy t4 - -
states t22
error Bad t4
event Sold t4
function add_one
    reg i64 -
    params 1
    result i64
    block
    ret 0
end
function wide
    reg i128 -
    reg high -
    params 2
    result i128
    result high
    block
    ret 0
end
function both
    reg ref t4
    reg refmut t4
    params 2
    block
    ret 0
end
function fill
    reg refmut t4
    params 1
    block
    ret 0
end
function machine
    slot t4
    slot t7
    slot t1
    slot t18
    reg i64 -        # r0, r1, r2
    reg i64 -
    reg i64 -
    reg i128 -       # r3, r5
    reg high -
    reg i128 -
    reg high -
    reg ref t4       # r7
    reg refmut t4
    reg ref t1       # r9
    reg refmut t1
    reg ref t5       # r11
    reg refmut t6    # r12, r13: list of numbers
    reg ref t6
    reg refmut t7    # r14, r15: list of records
    reg ref t7
    reg refmut t9    # r16, r17: map of amounts
    reg ref t9
    reg refmut t8    # r18, r19: set
    reg ref t8
    reg refmut t10   # r20: sorted
    reg refmut t11   # r21, r22: series
    reg ref t11
    reg refmut t12   # r23, r24: option
    reg ref t12
    reg ref t14      # r25: shares
    reg ref t15      # r26: market
    reg ref t2       # r27: nothing
    reg refmut t3    # r28, r29: amount
    reg ref t3
    reg refmut t18   # r30, r31: storage root
    reg ref t18
    reg ref t16      # r32: terms
    reg ref t22      # r33: state
    reg refmut t19   # r34: map of records
    reg refmut t12   # r35: option once more
    reg ref t20      # r36: bytes
    reg refmut t7    # r37: list of records once more
    reg ref t23      # r38: more bytes than a key has
    reg ref t26      # r39: shares without weights
    reg ref t24      # r40: a number without unit
    reg refmut t27   # r41: series of hours
    reg ref t30      # r42: an instance with the other interface
    reg ref t29      # r43: amounts by number
    reg ref t17      # r44: interval
