CAST('1.5' AS INT)
CAST('2.5' AS INT)
CAST('-2.5' AS INT)
CAST(' 12 ' AS INT)
CAST('1e3' AS INT)
CAST('1_000' AS INT)
CAST('0x1F' AS INT)
CAST('+5' AS INT)
CAST('' AS INT)
TRY_CAST('' AS INT)
TRY_CAST('abc' AS INT)
CAST('3000000000' AS INT)
CAST(3000000000 AS INT)
CAST(2.5 AS INT)
CAST(2.5::double AS INT)
CAST(3.5::double AS INT)
CAST('1.5' AS DOUBLE)
CAST(' 1.5 ' AS DOUBLE)
CAST('1.5x' AS DOUBLE)
CAST('inf' AS DOUBLE)
CAST('nan' AS DOUBLE)
CAST('1e400' AS DOUBLE)
CAST('.5' AS DOUBLE)
CAST('5.' AS DOUBLE)
CAST('1,5' AS DOUBLE)
CAST(1.0::double AS VARCHAR)
CAST(1e20::double AS VARCHAR)
CAST(0.1::double AS VARCHAR)
CAST(1e-7::double AS VARCHAR)
CAST(123456789012345678::double AS VARCHAR)
CAST(0.1::float AS VARCHAR)
CAST(true AS VARCHAR)
CAST('2020-1-5' AS DATE)
CAST('2020/01/05' AS DATE)
CAST(' 2020-01-05 ' AS DATE)
CAST('2020-01-05 10:00:00' AS DATE)
CAST('20200105' AS DATE)
CAST('2020-01' AS DATE)
CAST('99-01-05' AS DATE)
CAST('2020-02-30' AS DATE)
CAST('2020-01-05 (BC)' AS DATE)
TRY_CAST('infinity' AS DATE)
CAST('epoch' AS DATE)
CAST('2020 01 05' AS DATE)
CAST('2020\01\05' AS DATE)
CAST('2020-01-05' AS TIMESTAMP)
CAST('2020-01-05T10:00:00Z' AS TIMESTAMP)
CAST('2020-01-05 10:00:00.5' AS TIMESTAMP)
CAST('2020-01-05 1:00' AS TIMESTAMP)
CAST(DATE '2020-01-05' AS VARCHAR)
CAST(TIMESTAMP '2020-01-05 01:02:03.5' AS VARCHAR)
'5' = 5
'05' = 5
'abc' = 5
'5' < 10
'5.0' = 5
5 = 5.0
'2020-01-05' = DATE '2020-01-05'
DATE '2020-01-05' = TIMESTAMP '2020-01-05'
true = 1
'true' = true
0.1::float <= 0.1
0.1::float = 0.1::double
0.1::float < 0.1::double
16777217::int <= 16777216::float
16777217 <= 16777216::float
0.1+0.2 = 0.3
0.1::double+0.2 = 0.3
0.3::float <= 3e-1
1/0
1.0/0
1.0::double/0
0/0
7/2
-7%3
7.5%2
1//0
7//2
'a'||1
'a'||NULL
[1]||[2]
concat('a',NULL,'b')
'nan'::double = 'nan'::double
'nan'::double > 1e308
greatest(1,NULL,3)
least(NULL,NULL)
least(1,2.5)
list_max([1,NULL,3])
list_max([])
list_max([0.5,0.1])
flatten([[1],[2,3]])
flatten([[1],NULL])
list_transform(NULL, x->x)
list_transform([1,2], x->x+1)
list_intersect([1,2,2],[2,2,3])
list_intersect(NULL,[1])
list_intersect([NULL,1],[NULL,1])
array_intersect([1],[1])
list_unique([1,1,NULL,2])
list_unique(NULL)
list_concat([1],NULL)
list_concat(NULL,NULL)
array_length([])
array_length(NULL)
len('abc')
array_length([[1],[2]],1)
substring('héllo',1,2)
substring('héllo',0,2)
substring('hello',-3,2)
substring('hello',-10,2)
substring('hello',2)
substring('hello',2,-1)
substring('hello',-2)
substring('hello',10,2)
substring('hello',0)
substring('hello',-10)
substring('hello',3,-2)
substring('hello',-10,7)
left('héllo',2)
left('hello',-2)
right('héllo',3)
right('hello',-2)
left('hello',0)
length('héllo')
strlen('héllo')
length([1,2])
lower('ÀÉİ')
upper('ßé')
lower('ΑΣ')
upper('ﬁ')
trim('  a ')
trim('xxaxx','x')
trim(chr(9)||'a ')
ltrim('  a ')
replace('aXbX','X','y')
reverse('héy')
nullif('a','a')
nullif('a',NULL)
nullif(NULL,'a')
coalesce(NULL,'a')
regexp_extract('abc123','[a-z]+')
regexp_extract('abc123','([a-z]+)(\d+)',2)
regexp_extract('abc123','([a-z]+)(\d+)',3)
regexp_extract('abc','x')
regexp_extract('abc','(x)?abc',1)
regexp_extract(NULL,'x')
regexp_extract('abc','(')
regexp_extract('ABC','abc',0,'i')
regexp_matches('abc','b')
regexp_full_match('abc','b')
regexp_replace('abcb','b','x')
regexp_replace('abcb','b','x','g')
starts_with('abc','ab')
prefix('abc','ab')
suffix('abc','bc')
contains('abc','b')
list_contains([1,2],2)
list_contains([1,NULL],2)
list_has_any([1,2],[2])
try_strptime('2020-1-5','%Y-%m-%d')
try_strptime(' 2020-1-5 ','%Y-%m-%d')
try_strptime('20-01-05','%Y-%m-%d')
try_strptime('2020-02-30','%Y-%m-%d')
try_strptime('2020-01-05x','%Y-%m-%d')
try_strptime('','%Y-%m-%d')
try_strptime('02020-1-5','%Y-%m-%d')
try_strptime('+2020-1-5','%Y-%m-%d')
try_strptime('2020-001-5','%Y-%m-%d')
try_strptime('2020- 1-5','%Y-%m-%d')
try_strptime('0000-01-05','%Y-%m-%d')
try_strptime('0-1-5','%Y-%m-%d')
try_strptime('05/01/20','%d/%m/%y')
try_strptime('05/01/69','%d/%m/%y')
try_strptime('05/01/68','%d/%m/%y')
try_strptime('20200105','%Y%m%d')
try_strptime('5 Jan 2020','%d %b %Y')
try_strptime('5 january 2020','%d %B %Y')
try_strptime('2020-01-05 10:11:12','%Y-%m-%d %H:%M:%S')
try_strptime('2020-01-05','%Y/%m/%d')
try_strptime('2020-01-05 ', '%Y-%m-%d')
try_strptime('2020-01-05  ', '%Y-%m-%d')
try_strptime('2020-13-05', '%Y-%m-%d')
try_strptime('2020-00-05', '%Y-%m-%d')
try_strptime('0005-01-05', '%Y-%m-%d')
strptime('x','%Y-%m-%d')
strptime('2020-1-5','%Y-%m-%d')
try_strptime('x','%Q')
try_strptime('12:30 PM','%I:%M %p')
try_strptime('2020-01-05','%x')
try_strptime('45','%j')
try_strptime('2020','%Y')
try_strptime('2020-02','%Y-%m')
epoch(DATE '2020-01-05')
epoch(TIMESTAMP '2020-01-05 00:00:00.5')
date_diff('day', DATE '2020-01-31', DATE '2020-02-01')
date_diff('month', DATE '2020-01-31', DATE '2020-02-01')
date_diff('year', DATE '2020-12-31', DATE '2021-01-01')
date_diff('day', TIMESTAMP '2020-01-31 23:00', TIMESTAMP '2020-02-01 01:00')
date_diff('week', DATE '2020-01-05', DATE '2020-01-06')
datediff('day', '2020-01-31', '2020-02-01')
date_diff('quarter', DATE '2020-03-31', DATE '2020-04-01')
date_sub('month', DATE '2020-01-31', DATE '2020-02-29')
DATE '2020-01-05' - DATE '2020-01-01'
TIMESTAMP '2020-01-05' - TIMESTAMP '2020-01-01'
year(DATE '2020-01-05')
date_part('year', DATE '2020-01-05')
strftime(DATE '2020-01-05','%Y-%m-%d')
acos(2)
acos(0.5)
log2(0)
log2(8)
log(100)
ln(0)
sqrt(-1)
radians(180)
pow(2,0.5)
abs(-5)
abs('-5')
round(2.5)
round(2.567,2)
pi()
jaccard('','a')
jaccard('ab','bc')
jaro_similarity('','')
jaro_winkler_similarity('JONES','JOHNSON')
jaro_winkler_similarity('DwAyNE','DuANE', 0.9)
jaro_similarity('JONES','JOHNSON', 0.9)
levenshtein('','abc')
editdist3('a','b')
hamming('ab','ac')
damerau_levenshtein('ca','abc')
levenshtein(NULL,'a')
array_cosine_similarity([1,2]::float[2],[2,1]::float[2])
list_cosine_similarity([1,2],[2,1])
list_cosine_similarity([0,0],[2,1])
list_cosine_similarity([1,2],[2,1,3])
list_cosine_similarity([1.0,NULL],[2,1])
list_cosine_similarity([],[])
array_cosine_similarity([0,0]::float[2],[2,1]::float[2])
'abc'[1]
'abc'[-1]
'abc'[5]
'abc'[0]
[1,2][0]
[1,2][-1]
[1,2][3]
'abc'[1:2]
[1,2,3][2:3]
'a' IN ('a',NULL)
'b' IN ('a',NULL)
NULL IS NULL
'a' LIKE 'A%'
'a' ILIKE 'A%'
'a' BETWEEN 'a' AND 'b'
case when NULL then 1 else 2 end
case 1 when 1 then 'a' end
1 IS DISTINCT FROM NULL
NOT NULL
split('a b',' ')
string_split('a b',' ')
list_sort([2,1])
list_filter([1,2],x->x>1)
if(true,1,2)
ifnull(NULL,2)
CAST('2020-01-05x' AS DATE)
CAST('2020-01-051' AS DATE)
CAST('2020-1/5' AS DATE)
CAST('-5-01-05' AS DATE)
CAST('12020-01-05' AS DATE)
CAST('2020-001-05' AS DATE)
CAST('2020-01-05 abc' AS DATE)
CAST('' AS DATE)
TRY_CAST('' AS DATE)
TRY_CAST('2020-01-05x' AS TIMESTAMP)
TRY_CAST('2020-01-05 ' AS TIMESTAMP)
TRY_CAST('2020-01-05 10' AS TIMESTAMP)
TRY_CAST('2020-01-05 10:00:00+01' AS TIMESTAMP)
TRY_CAST('2020-01-05T10:00' AS TIMESTAMP)
TRY_CAST('2020-01-05 24:00:00' AS TIMESTAMP)
TRY_CAST('2020-01-05 10:00:00.1234567' AS TIMESTAMP)
TRY_CAST('t' AS BOOLEAN)
TRY_CAST('yes' AS BOOLEAN)
TRY_CAST('1' AS BOOLEAN)
TRY_CAST('TRUE' AS BOOLEAN)
TRY_CAST(' true' AS BOOLEAN)
CAST('9.' AS INT)
TRY_CAST('.5' AS INT)
TRY_CAST('1e-1' AS INT)
TRY_CAST('15e-1' AS INT)
TRY_CAST('0.5' AS INT)
TRY_CAST('1.4999' AS INT)
TRY_CAST('-0.5' AS INT)
TRY_CAST('- 5' AS INT)
TRY_CAST('.' AS INT)
TRY_CAST('1__0' AS INT)
TRY_CAST('_1' AS INT)
TRY_CAST('007' AS INT)
TRY_CAST('0b11' AS INT)
TRY_CAST('+' AS INT)
TRY_CAST('1e10' AS INT)
TRY_CAST('1 2' AS INT)
TRY_CAST(chr(9)||'12' AS INT)
TRY_CAST(chr(10)||'12'||chr(13) AS INT)
TRY_CAST('1_0.5' AS DOUBLE)
TRY_CAST('+1.5' AS DOUBLE)
TRY_CAST('1e5' AS DOUBLE)
TRY_CAST('0x10' AS DOUBLE)
TRY_CAST('infinity' AS DOUBLE)
TRY_CAST('-Inf' AS DOUBLE)
TRY_CAST('1e-400' AS DOUBLE)
TRY_CAST('' AS DOUBLE)
TRY_CAST('1e40' AS REAL)
TRY_CAST('0.1' AS REAL)
0.1::real::double
CAST(1e15::double AS VARCHAR)
CAST(1e16::double AS VARCHAR)
CAST(123456.789::double AS VARCHAR)
CAST(0.0001::double AS VARCHAR)
CAST(0.00001::double AS VARCHAR)
CAST('nan'::double AS VARCHAR)
CAST(-0.0::double AS VARCHAR)
CAST(16777216::float AS VARCHAR)
CAST(TIMESTAMP '2020-01-05 00:00:00' AS VARCHAR)
CAST(TIMESTAMP '2020-01-05 00:00:00.123456' AS VARCHAR)
CAST(DATE '0005-01-05' AS VARCHAR)
CAST([1,2] AS VARCHAR)
'a' || NULL::varchar
['a'] || NULL::varchar[]
[1] || 2
list_intersect(['b','a','c'],['c','b'])
list_distinct([3,1,2,1])
list_max(['a','b'])
list_min([0.5::float, 0.1::float])
list_transform([1,2], lambda x: x+1)
1 BETWEEN NULL AND 0
NULL BETWEEN 1 AND 2
true AND NULL
false AND NULL
true OR NULL
false OR NULL
1 AND true
'true' AND true
NOT 1
2 ^ 3
2 ** 3
-2 ^ 2
7 // 2
-7 // 2
-7 / 2
'a' < 'b'
'a' < 'B'
'é' > 'z'
abs(-2.5)
abs(-2.5::float)
ceil(2.1)
floor(-2.1)
round(2.5::double)
round(-2.5::double)
round(0.5::double)
sign(-2)
epoch(TIMESTAMP '1969-12-31 23:59:59.5')
date_diff('hour', TIMESTAMP '2020-01-31 23:59', TIMESTAMP '2020-02-01 00:01')
date_diff('day', TIMESTAMP '1969-12-31 23:00', TIMESTAMP '1970-01-01 01:00')
date_diff('month', DATE '1969-12-31', DATE '1970-01-01')
date_diff('days', DATE '2020-01-31', DATE '2020-02-01')
date_diff('DAY', DATE '2020-01-31', TIMESTAMP '2020-02-01')
date_sub('year', DATE '2020-02-29', DATE '2021-02-28')
date_sub('day', TIMESTAMP '2020-01-31 23:00', TIMESTAMP '2020-02-01 01:00')
DATE '2020-01-05' + 3
DATE '2020-01-05' - 3
jaro_winkler_similarity('a', 5)
levenshtein(1, 2)
lower(5)
substring(12345, 1, 2)
substring('hello','2',1)
greatest('a','b')
greatest(1,'2')
nullif('a', 5)
nullif('5', 5)
coalesce('a', 5)
least(DATE '2020-01-01', DATE '2019-01-01')
lower('ŉǰΐ')
0.12345678901234567890 = 0.12345678901234567890::double
123456789.123456789 = 123456789.123456789::double
5 = '5.4'
5 = '4.6'
5.0 = '5.04'
5.0::double = '5.04'
2.5 = '2.54'
split('aéb','')
split('a--b','--')
starts_with('abc','')
contains('abc','')
contains(['a'],'a')
array_length(split('',' '))
list_avg([1,2])
list_any_value([NULL,1])
list_first([1,2])
right('hello',0)
right('hello',-10)
left('hello',-10)
left(NULL,1)
ltrim('00500','0')
rtrim('500','0')
position('b' in 'abc')
strpos('abc','b')
instr('abc','c')
ascii('a')
chr(97)
concat_ws(' ','a',NULL,'b')
replace('abc','','x')
regexp_replace('a1b','([a-z])(\d)','\2\1')
regexp_split_to_array('a b',' ')
regexp_extract_all('a1b2','\d')
regexp_matches('aB','b','i')
regexp_extract('a'||chr(10)||'b','a.b')
regexp_extract('a'||chr(10)||'b','^b')
'a%c' LIKE 'a\%c' ESCAPE '\'
'abc' LIKE 'a_c'
'aéc' LIKE 'a_c'
'abc' NOT LIKE 'a%'
CAST(1e300::double AS FLOAT)
CAST('inf'::double AS FLOAT)
CAST('nan'::double AS FLOAT)
CAST(3.5e38::double AS FLOAT)
CAST(1e-300::double AS FLOAT)
CAST('1e40' AS FLOAT)
CAST(3.4028235677973366e38::double AS FLOAT)
