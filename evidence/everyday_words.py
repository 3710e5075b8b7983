"""Everyday English words: whoever types one of them means it.

PURE. None of them is read as a mistyped disease ("cake" is not "shakes"), and a name that has only
such words is no sign that a disease is meant ("monkey", "birth weight").
"""

EVERYDAY_WORDS = frozenset(
    """
    aberdeen above abuse accept access accident account accountant acquired actor actress actually adapt adapter
    addition address advance advantage adventure advice afternoon agenda agent agree air airport alarm album alert
    alexander algebra alice alley alliance allow alone alphabet amazon america amount analysis ancient andrew angel
    angry animal anna anniversary announcement another ant apartment appeal appearance appetite apple application
    apply approach april arabic arch architect area argue argument army arrange arrival arrive arrow article
    artistic aside ask asleep assistant association assume athens athlete atlanta attach attachment attempt attend
    attention attribute attributes audience august australia automatic automobile available average avoid awake
    award away bacon baggage bake balance balcony ballet balloon banana band bank barber bare bargain barn base
    baseball based basic basket basketball bath bathing bathroom batten battery bay beach beam bean bear beard beat
    beauty become bedroom bee beef beer begin beginner behavior behaviour behind beijing belching belief bell below
    belt bench bend benefit berger berlin bernard beside betting between beyond bible bicycle bike bill billion
    binary bind binge bingo biology birth birthday biscuit bit bitcoin biting bits bitter blade blame blanket
    bleeding blemish blink block blow blown blunt board boat bomb bonds bonus book booking boom boost boots border
    bored borrow boss boston bother bottom bounce bound boundary bounds bow bowl bowling box boxing bracelet bracket
    brake branch brave brazil breach bread breakfast breeze brian brick bridge brief bright bring broad broadcast
    brochure bronze brush bubble buckle buddy budget bug build builder bulk bull bullet bump bunch burger burst bus
    bush business busy butcher butter button buy buyer byte cabbage cabin cabinet cable cache cage cake calculator
    calendar california call caller camel camera campaign camping canada canal candidate candle candy cannon canvas
    cap capable capital captain capture career caregiver cargo carol carpet carrier carrot carry cartoon carve case
    casino cast castle casual catalogue catch category catherine cause causing cave cease ceiling celebrate cement
    centre century ceremony chain chair chairman challenge chamber champion chance channel chapel chapter character
    charger charity charles charlie charm chart chase chat check cheese chef chemistry chess chewing chicago chicken
    chill chinese chip chocolate choice choir choose chop chorus christmas church cinema cinnamon circle circus
    citizen civil claim clap clark class clay clean cleaning clerk clever client cliff climate climb climbing
    clinical clip clock close closed closet cloth clothes cloud club clutch coach coast coat cocktail cocoa code
    coding coffee coins collapse collect collection college colony column comb combination combine comedy comfort
    comfortable comic comma command comment commerce commission committee common community compact companion company
    compare comparison competition compile complain complaint complete completed computer concept concern concert
    concise conclusion concrete conduct conference confidence conflict connect connection connective consider
    consist console constant constitution consult consume consumption contact contain container content contest
    context continue contract contrast contribution control conversation conversion convert cook cookies cool cope
    copying cord core cores corner corridor costume cottage cotton couch council counter country county couple
    coupon courage course court cover crab crack crane crawl crazy cream create creature credit creek crew crime
    crisis critic criticism crop cross crossword crowd cruel cruise cry crying crypto crystal cube cucumber cult
    culture cupboard curious curl curly currency current curry cursor curtain curve custom customer cute cv cycle
    cycling daemon daily dallas damp dance danger daniel dare data database date david dawn dead deadline deal
    dealer dear death debate debit debt debug decade decay december decent decide decision deck decline decorate
    deep deer default defeat defence defense defenses deficiency deficit define degree delay delete delhi deliver
    delivery demand dense denver deny depart department depend dependence deploy deposit depth derive describe
    desert deserve design desire desk desktop destroy detail detect development device dialogue diamond diana diary
    dice dictionary diesel diet difference difficult digital dinner dinosaur dip diploma direction director dirt
    dirty disagree disaster discipline discount discovery discussion dish dishwasher dismiss display distance
    district dive divide diving division dock document doll dolphin domain donkey door doorbell dot double doubt
    download dozen dragon drama draw drawer drawing dream drift drill drink drinking drip drive driver driving drop
    drum dublin duck dull dump duration dust duty dwarf dwelling dynamic each eager eagle earrings easter easy eat
    eating ebay echo edge edit edition editor education edward effect effort egg egypt eight elastic elect election
    electric electrician elegant element elevator eleven elite elizabeth else email embassy emergency emma emotion
    emperor emphasis employ employee employer empty enable encounter energy engage engine engineer england english
    enjoy enormous ensure enterprise entertainment enthusiasm entire entrance entry envelope environment episode
    equal equation equip equipment erase error escape essay essential establish estate euro europe eve evening event
    every exact exactly exam examine example excel excellent except exchange excitement exclude excuse execute
    exercise exhibition exist existence exit expand expect expectation expense expensive experience experiment
    expert explain explanation explore explosion export expose express expression extend extension extent extra
    extreme eyelid fabric facebook facility fact factor factory fade fair fairy faith fake fall false fame familiar
    fan fancy fantastic fantasy far fare farewell fashion fasting fate fault favorite favour fear feast feather
    feature february federation fee feedback feeding feel fellow female fence festival fetch few fiber fiction field
    fierce fifteen fifth fifty fight figure file files fill filling film filter finance finding fine finish fire
    fireworks firm fishing fitness flag flame flash flat flavor flavour flesh flight flip float flock flood florida
    flower fluid flush flushing foam fog folk follow fool football forbid force forecast foreign forest forever fork
    format formation formatting formula fort fortune forty forward found foundation fountain four fox fraction frame
    france frank fraud free freedom freezer french frequency frequent fresh friday fridge friendly frog front fruit
    fry fuel full function functions fund funeral funny furniture gadget gain gallery gallon gamble gambling game
    gang gap garage garden garlic gary gate gather gear gem gene generate generation generous genetic genre gentle
    gentleman genuine geography geometry george german germany gesture giant gift giggle gilbert ginger giraffe glad
    glance global gloomy glory gloves glow goal gone goodbye google goose gossip govern government grab grace grade
    grammar grant grape graph graphic grass grateful grave gravel gravity greece greenhouse greet grief grill grind
    grinding grip grocery ground group guarantee guard guess guidance guide guilt guilty guitar guy habit hail
    haircut half hall halloween hallway ham hammer hamster handle hang happen happiness happy harbour hardware
    harmony harris harry harvest haste hatch hate haul haunt hawk headline hear hearing heat heaven hedge heel
    height helen helicopter helmet henry herb herd here heritage hero hide highlight highway hiking hill hint hire
    history hit hoarding hobby hockey holder hole holiday hollow home homework honey honour hood hook hop horizon
    horrible host hostel hosting hotel hour house household housing houston html hughes human humour hundred hunger
    hunt hunter hunting hurricane hurry hypothesis ice icon idea ideal identity idle ignore illegal illusion
    illustrate image imagination immediate impact implement import importance important impress impression improve
    improvement inch incident include income increase independence index india indicate industry infertile inflation
    influence inform inherit inherited initial initiative inner innocent innovation input inquiry insect insert
    inside insight insist inspect inspection inspector inspire instagram install instance instant instead
    institution instruction instrument insurance intelligence intend intense intention interaction interest interior
    internal internet interrupt interview into introduce invasion invent inversion invest investigation investment
    invitation invite invoice invoke involve iran ireland ironing irony island isolated isolation israel issue
    italian italy item ivory jack jackson jail jam james january japan japanese java javascript jazz jealous jeans
    jelly jet jewel jewelry job john johnson join joke jones jordan joseph journal journalist journey joy judge
    judgement juice juicy julia july jump jumping june jungle junior junk jury justice kangaroo karen kate keen
    keeper kennel kenya kevin keyboard kick kidding kidnap killing king kingdom kiss kissing kit kitchen kite kitten
    knife knit knock knot korea label laboratory labour labyrinth lace lack ladder lamb landing landlord landscape
    language lap laptop large laser laugh laughing launch laundry laura law lawn lawyer lay layer lazy leader
    leadership leaf league leak lean learning leash leather leave left legacy legend lego lemon lend length lens
    lesion less lesson letter lettuce level lever lewis liberty library licence lick lid lie life lift lifting
    lightning likely limb limit linda linen link lion lip lipstick liquid list listen lit literature litter little
    living lizard loaf loan lobby localized locate lock logic login logo london loneliness lonely look loop loose
    lord lorry lottery loud louis lounge love lovely loyal loyalty luck lucky lucy luggage luke lunar lunch luxury
    lyrics machine machinery mad madrid magazine magnet maid mail mailing mainstream maintain maintenance majority
    make makeup mall malnourished manage manager manner manual manufacture map maple marathon marble march margaret
    margin marijuana marine mark marriage married marry martin mary mask massive master mat match mate material math
    mathematics mating matrix matter mattress maximum may maze meadow meal meaning meanwhile measurement meat
    mechanic mechanism medal meet meeting melon melt membership memory mention menu mercy merge merit mess message
    metal meter method mexico miami michael microwave mile milk mill million miner mineral mini minimum minister
    mint minute miracle mirage mirror misery missing mission mist mistake mix mobile mock mode model modern modest
    modifier modify moisture moment monday money monitor monopoly monster monument moon mop moral morality mortgage
    moscow mosque mosquito motel motivation motive motor motorbike motorway mould mount mouse move movement movie
    movies moving mud mug multiple multiply mumbai munich murder mushroom music mutual mystery myth naked name nancy
    napkin naples narrative narrow nasty nation native natural navy near neat necessary necklace neglect
    neighbourhood nest netflix network never newspaper nice nigeria nine noble nod node nodes noise nominee none
    noodles noon nor normal north note notebook notice notion novel november nowhere number numerous nursery nut oak
    obey object objective obligation observation obsolete obtain obvious occasion occupation occupational occur
    ocean october odd offence office officer often olive omit once onion online only onset onto open opening opera
    operator opinion opponent opportunity oppose opposition optical optimal optional oral orange orchestra order
    ordinary organ organic organise origin original other ought ounce outcome outer outfit outlet outlook output
    outside oval oven overeating overseas overview overwrite owe owl owner pace pack package page paid paint painter
    painting pair palace pale palm pan panda panel pants parade paradise parallel parcel parental paris park parking
    parliament parrot part partial participant partly partnership party pass passage passenger passion passport
    password past patch patented path patience pattern paul pause pave pay payment paypal peace peaceful peach peak
    peanut pear peas peasant pebble pedal pediatric peel pen penalty pencil pending penny pension percent percentage
    perception perching perfect perform performance perfume perhaps permanent permission permit persist personal
    personality perspective persuade pet peter petrol phase phenomenon philip philosophy phoenix phone photo
    photograph phrase physical physics piano pick picnic piece pig pigeon pill pillow pilot pin pint pipe pirate
    pitch pity pizza place plain plan planned plant plastic platform play player plenty plot plug plum plumber plus
    poem poetry point pointer poison poker poland pole polish polite pond pony pool poor pop pope population pork
    port portrait portugal portuguese position possess possession possibility postcard poster postpone potato
    potatoes potential pottery pound poverty powder power powerpoint practical practice praise prawns prayer
    precision predator predict prefer preference pregnancy prepare prepared presence presentation preserve president
    pressure prestige pretend pretty prevent prevention previous pride priest prime prince princess principal
    principle print printer prior priority prison privacy private privilege prize probable procedure proceed process
    producer product production profession professor profile profit programme progress project promise promotion
    prompt prop proper property proportion proposal propose prospect protect protection protest proud prove provide
    province provision psychology public publication publicity publisher pudding pull pump pumpkin punch punishment
    pupil puppy purchase pure purple purpose purse push puzzle python qualifier quality quantity quarrel quarter
    queen quest queue quick quiet quit quiz quota quote quran rabbit race racing rack radiation radio raid rail
    railway raise random range rank rapid rare raspberry rat rate rather rating ratio raw razor reach reaction read
    reader reading realise reality realm rear reason rebel recall receipt receive recent reception recession recipe
    recognition recommend recommendation record recover recovery recruit recruitment recurrence recycle reduce
    reduction refer referee reference reflect reflection reform refresh refugee refund refuse regard regime region
    register regret regular regulation rehearsal reject relate related relation relationship relax relay release
    relevant reliable relief religion rely remain remark remarkable remember remind reminder remote removal remove
    render renew rent rental repeat replace replacement reply report reporter represent representative reproduce
    republic reputation request require required requirement rescue resemble reserve residence resident resignation
    resist resistance resolution resolve resort resource respect response responsibility restaurant restlessness
    restoration restore restrict restriction result resume retail retain retention retire retreat return reunion
    reveal revenge revenue review revolution reward rhythm ribbon rice rich richard ride ridge rifle rigid ring riot
    rip ripe rising risk ritual rival road roast rob robbery robert robin robinson rock rod role roller romance
    romantic rome roof room roommate root rope rose rotate rotation rough round router routine row rowing rub rude
    rug rugby ruin rule ruler rumour runaway running rural russia russian rust sacrifice saddle safari sail sailing
    sailor sake sale salmon salon sample samuel sanction sand sandals sandwich sarah satellite satisfaction
    satisfied satnav saturday sauce sausage save saving saw scale scan scandal scanner scanning scatter scenario
    scene schedule scheme scholar scooter scope scotland scream screen screw script scrub sculpture seal season seat
    seattle second secondary secret section sector security see seed seek seem segment select selection self sell
    senator senior sense sensitive sentence september sequence serial series serious servant serve server service
    session set setting settlement seven several sew sexual shade shadow shake shall shallow shame shampoo shape
    shared shark sharp shave sheep sheet shelf shell shelter shield shift shiny ship shirt shiver shoot shop
    shopping shore short shortage shot shout shove show shower shrimp shrink shut shy sick side sigh sight sign
    signal signature silence silk silly similarity simon simple sing singer single sink sip sir sit site sitting
    situation six sixteen size skate skating sketch skiing skill skip skirt slap slave sled sleepiness sleeping
    slice slide slight slim slip slogan slope slot small smart smash smell smile smith smoke smoking smooth snack
    snap sneak sneezing snow soap sober soccer social society sock socket sofa software soil solar soldier sole
    solicitor solid solo solution solve somewhere soon sort soul sound soup sour source south space spain spanish
    spare spark speak speaker special specialist species specific specimen speed spell spelling spend spice spicy
    spill spinach spirit splash split spoil sponsor spoon spotting spray spread spreadsheet spy squad square squeeze
    squirrel stable stack stadium staff stair stake stall stamp stand standard standing staple stare starred start
    startup starve statement static station statistics statue status stay steady steak steal steam steel steep steer
    step stephen steven stick stir stitch stock stockholm stole stool stop storage store storey storing stove
    straight strange stranger strap strategy straw strawberry stream strength stretch strict string strings strip
    stripe structure struggle student studio stuff stumble stupid sturdy style sub subject submit subscribe
    substance suburb succeed success sudden sudoku suggest suggestion suicide suit suitcase sum sunday sunrise
    sunset sunshine super superb supermarket supper supplier supply support suppose supreme surf surface surgeon
    surgical surname surplus surprise surrender surround survey survival susan suspect suspend suspicion swallow
    swallowing swamp swan swear sweat sweater sweden sweep sweet swift swim swimming swing switch sword sydney
    symbol sympathy symptom synagogue system table tablet tackle tactic tag tail take tale talent talking tall tan
    tank tap tape target task taste tattoo tax taxes taxi taylor teach teacher teaching team tease technique
    technology teddy teen television tell temper temperature temple temporary tempt tenant tend tendency tension
    tent term terrific territory terror test texas text than thank theatre theft theme themselves theory thesis
    thick thief thin thing think thinness thirst thirsty thirteen thirty thomas thompson thorn thorough though
    thought thousand thread threat threaten three throne throughout throw thumb thunder thursday thus tide tidy tie
    tier tiger tile till timber timer timetable tin tiny tip tired tires title toast toaster tobacco toilet token
    tokyo tolerate tomato tomb tomorrow ton tone tool toothbrush top topic torch toronto toss touch tough tour
    tourism tourist towards towel tower toxic toy trace track tractor trade trader tradition traffic tragedy trailer
    training tram transfer transform transition translate translation transmit transport trap trauma tray treaty
    tree trend triangle tribe trick trigger trim trio trip triple triumph troop trophy trousers truck true trunk
    trust truth tub tube tuesday tuition tulip tumble tuna tune tunnel turkey turner turtle twelve twenty twice twin
    twist twitter two typical tyre ugly umbrella unable under uniform union unique unit unity universal universe
    university unknown unless unlike unlock unspecified until unusual update upgrade upon upper upset upside urban
    urge urgent usage useful user usher usual utility vacant vacation vacuum vague vain valid valuable value vanish
    vapor variable variation variety vary vast vault vector vegetable vehicle velvet vendor venice venture verb
    verdict verify verse version versus vertical vessel vest veteran via vibrate vice victim victoria victory video
    vienna view village vine vintage violation violence violet violin virtual virtue virus visa visible vision visit
    visitor visual vital vivid vocabulary vocal vodka voice void volcano volleyball volume volunteer vote voting
    voyage wage wagon wait waiter wake wales walk walker walking wall wallet wander wardrobe warn warning warrior
    washing wasp waste wasting watch watches waterfall wave wax weakness wealthy weapon wear weather weave web
    website wedding wednesday weed weekend weekly weep weigh weird welcome welfare werner whale wheat wheel whenever
    whereas wherever whether whip whisky whisper whistle whistling whole wicked wide widow width wifi wild
    wilderness william willing willow wilson win window wing wink winner wipe wire wisdom wise wish witch within
    witness wolf wonder wonderful wood wooden wool word worker workshop world worry worse worst wrap wreck wrestling
    wright write writing yacht yard yawn yearly yell yen yesterday yield yoga yoghurt youth youtube zebra zero zip
    zone zoo
    """.split()
)
